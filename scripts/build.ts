import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { ENTRY_POINTS, NATIVE_ADDON } from "./entry_points.ts";
import { bun, CommandFailure, deno, projectRoot, run } from "./programs.ts";
import { sealEnvironment } from "./seal_environment.ts";

const [MAIN, WORKER, DOORBELL] = ENTRY_POINTS;

/** Packages name files beside their sources, which nobody has. The folder of this build is not put in their place. */
const NO_PLACE = ["__dirname", "__filename"].map((name) => `--define=${name}="/"`);

interface Build {
  readonly runtime: string;
  readonly target: string | undefined;
  readonly outfile: string;
}

function readArguments(args: string[]): Build {
  const { values } = parseArgs({
    args,
    options: {
      with: { type: "string", default: "bun" },
      target: { type: "string" },
      outfile: { type: "string", default: "dist/borg" },
    },
  });
  return { runtime: values.with, target: values.target, outfile: resolve(projectRoot, values.outfile) };
}

/**
 * Naming entry points without their folder puts the worker beside the program inside the executable, which is where
 * `new URL("./worker.ts", import.meta.url)` looks for it. The autoload flags keep `.env` and `bunfig.toml` of the current
 * directory out of a program that root runs in foreign folders.
 */
function buildWithBun({ target, outfile }: Build): void {
  run(bun, [
    "build",
    "--compile",
    "--minify",
    "--bytecode",
    "--format=esm",
    "--sourcemap",
    "--no-compile-autoload-dotenv",
    "--no-compile-autoload-bunfig",
    "--entry-naming=[name].[ext]",
    `--external=${NATIVE_ADDON}`,
    ...NO_PLACE,
    ...(target ? [`--target=${target}`] : []),
    `--outfile=${outfile}`,
    ...ENTRY_POINTS,
  ]);
  sealEnvironment(outfile);
}

function buildWithDeno({ target, outfile }: Build): void {
  const targetOption = target ? ["--target", target] : [];
  try {
    run(deno, [
      "compile",
      "--quiet",
      "-A",
      ...targetOption,
      "--include",
      WORKER,
      "--include",
      DOORBELL,
      "--output",
      outfile,
      MAIN,
    ]);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    throw new CommandFailure(
      "deno compile did not succeed. It fetches its base executable from dl.deno.land: if that host cannot be reached " +
        "from here, name a downloaded one in DENORT_BIN, or build with Bun, which needs nothing but the npm registry.",
    );
  }
}

const BUILDERS = new Map([["bun", buildWithBun], ["deno", buildWithDeno]]);

/**
 * Builds in a folder of its own, always under the same name: the name gets into the file, and files of different names are
 * to be the same bytes. What else the runtimes leave there (source maps, which the executable carries itself) goes with it.
 */
function build(wanted: Build): void {
  for (const path of ENTRY_POINTS) {
    if (!existsSync(join(projectRoot, path))) throw new CommandFailure(`${path} is missing, there is nothing to build`);
  }
  const builder = BUILDERS.get(wanted.runtime);
  if (builder === undefined) throw new CommandFailure(`--with ${wanted.runtime}: can build with bun or deno`);
  mkdirSync(dirname(wanted.outfile), { recursive: true });
  const folder = mkdtempSync(join(dirname(wanted.outfile), ".build-"));
  try {
    const outfile = join(folder, "borg");
    builder({ ...wanted, outfile });
    renameSync(outfile, wanted.outfile);
  } finally {
    rmSync(folder, { recursive: true });
  }
  console.log(`${wanted.outfile}: ${(statSync(wanted.outfile).size / 1e6).toFixed(0)} MB`);
}

try {
  build(readArguments(process.argv.slice(2)));
} catch (error) {
  console.error(`build: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
