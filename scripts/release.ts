import { Buffer } from "node:buffer";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { VERSION } from "../src/cli/version.ts";
import { ENTRY_POINTS, NATIVE_ADDON } from "./entry_points.ts";
import { CommandFailure, deno, projectRoot, runSilently } from "./programs.ts";
import { billOfMaterials } from "./release/bill.ts";
import { checksums } from "./release/checksums.ts";
import { embeddedComponents } from "./release/components.ts";
import { findFaults, inspect } from "./release/inspect.ts";
import { chooseTargets, fileNameOf, type Target } from "./release/targets.ts";

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {
    out: { type: "string", default: "dist/release" },
    "no-compress": { type: "boolean", default: false },
  },
});
const folder = resolve(projectRoot, values.out);

/** Builds, looks at what came out, and compresses. Gives the names of the files. */
function make(target: Target): string[] {
  const name = fileNameOf(target);
  build(target, join(folder, name));
  const image = readFileSync(join(folder, name));
  const anatomy = inspect(image);
  const faults = findFaults(anatomy, target);
  if (faults.length > 0) throw new CommandFailure(`${name} ${faults.join(", ")}`);
  const needs = anatomy.glibc ? `, glibc ${anatomy.glibc}` : anatomy.macos ? `, macOS ${anatomy.macos}` : "";
  if (values["no-compress"]) {
    console.log(`${name}: ${megabytes(image)}${needs}`);
    return [name];
  }
  const compressed = compress(name);
  console.log(`${name}: ${megabytes(image)}, compressed ${megabytes(compressed)}${needs}`);
  return [name, `${name}.xz`];
}

function build({ name }: Target, outfile: string): void {
  try {
    runSilently(deno, ["run", "-A", "scripts/build.ts", `--target=bun-${name}`, `--outfile=${outfile}`]);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    throw new CommandFailure(`${name} could not be built; its base comes from the npm registry: ${error.message}`);
  }
}

/** One thread, so that the bytes do not depend on the machine. */
function compress(name: string): Buffer {
  const { error, status } = spawnSync("xz", ["-6", "--threads=1", "--keep", "--force", name], {
    cwd: folder,
    stdio: "inherit",
  });
  if (error || status !== 0) throw new CommandFailure("xz could not compress; is it installed? (or --no-compress)");
  return readFileSync(join(folder, `${name}.xz`));
}

function megabytes({ length }: Uint8Array): string {
  return `${(length / 1e6).toFixed(1)} MB`;
}

function bill(): string {
  const bun = JSON.parse(readFileSync(join(projectRoot, "node_modules/bun/package.json"), "utf8"));
  const runtime = { name: "bun", version: bun.version, licence: "MIT AND LGPL-2.0-only" };
  return billOfMaterials(VERSION, [runtime, ...embeddedComponents(ENTRY_POINTS, NATIVE_ADDON)]);
}

/** Goes on with the other targets when one cannot be built. */
function release(targets: readonly Target[]): void {
  mkdirSync(folder, { recursive: true });
  const names: string[] = [];
  for (const target of targets) {
    try {
      names.push(...make(target));
    } catch (error) {
      report(error);
    }
  }
  writeFileSync(join(folder, "borg.cdx.json"), bill());
  const files = [...names, "borg.cdx.json"].map((name) => [name, readFileSync(join(folder, name))] as const);
  writeFileSync(join(folder, "SHA256SUMS"), checksums(new Map(files)));
}

function report(error: unknown): void {
  console.error(`release: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

try {
  release(chooseTargets(positionals));
} catch (error) {
  report(error);
}
