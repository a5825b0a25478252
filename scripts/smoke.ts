import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import type { Program } from "../tests/interop/harness.ts";
import { projectRoot } from "./programs.ts";
import { chooseTargets, fileNameOf, type Target } from "./release/targets.ts";
import { smoke, startUpTime } from "./smoke/steps.ts";
import { missingNeeds, type Way, WAYS } from "./smoke/ways.ts";

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: { from: { type: "string", default: "dist/release" } },
});
const folder = resolve(projectRoot, values.from);

/** One line of the table: what was tried with the file of a target, and what came of it. */
interface Trial {
  readonly way: string;
  readonly start: string;
  readonly result: string;
}

function tryAll(target: Target): Trial[] {
  const ways = WAYS.filter(({ target: name }) => name === target.name);
  if (ways.length === 0) return [{ way: "-", start: "-", result: "cannot be run here" }];
  return ways.map((way) => {
    const missing = missingNeeds(way);
    return missing.length > 0
      ? { way: way.words, start: "-", result: `not run, needs ${missing.join(", ")}` }
      : tryOne(join(folder, fileNameOf(target)), way);
  });
}

function tryOne(executable: string, way: Way): Trial {
  const room = mkdtempSync(join(tmpdir(), "vinculum-smoke-"));
  try {
    const program = wrap(executable, way.prepare(executable, room), room);
    smoke(program);
    return { way: way.words, start: `${startUpTime(program).toFixed(2)} s`, result: "smoke part passed" };
  } catch (error) {
    process.exitCode = 1;
    console.error(error instanceof Error ? error.message : error);
    return { way: way.words, start: "-", result: "FAILED" };
  } finally {
    rmSync(room, { recursive: true });
  }
}

/** A command that runs the executable in that way, under a name of its own. */
function wrap(executable: string, words: string, room: string): Program {
  const path = join(room, "borg");
  writeFileSync(path, `#!/bin/sh\nexec ${words} ${executable} "$@"\n`);
  chmodSync(path, 0o755);
  return { name: "ours", path };
}

function megabytes(path: string): string {
  return existsSync(path) ? (statSync(path).size / 1e6).toFixed(1) : "-";
}

console.log("| target | MB | .xz | run by | start | result |\n| --- | --- | --- | --- | --- | --- |");
for (const target of chooseTargets(positionals)) {
  const path = join(folder, fileNameOf(target));
  if (!existsSync(path)) continue;
  for (const { way, start, result } of tryAll(target)) {
    console.log(
      `| \`${target.name}\` | ${megabytes(path)} | ${megabytes(`${path}.xz`)} | ${way} | ${start} | ${result} |`,
    );
  }
}
