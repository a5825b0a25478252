import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { deno, projectRoot, run } from "./programs.ts";
import { discoverTests, type Discovery } from "./test/discovery.ts";
import { testWithBun, testWithDeno } from "./test/runner.ts";
import { add, NOTHING, type Tally } from "./test/tally.ts";

const UNIT_LIMIT = 120_000;
const EXECUTABLE_LIMIT = 600_000;

function listTests(): string[] {
  return readdirSync(join(projectRoot, "tests"), { recursive: true, encoding: "utf8" }).map((name) => `tests/${name}`);
}

/** Both runtimes at once: each runs the files in one process, which leaves the other cores idle. */
async function testUnits(files: readonly string[]): Promise<Tally> {
  if (files.length === 0) return NOTHING;
  console.log(`\n== ${files.length} files of unit tests under Deno and under Bun`);
  const [underDeno, underBun] = await Promise.all([
    testWithDeno(files),
    testWithBun(files, { limit: UNIT_LIMIT, label: "bun: ", options: ["--only-failures"] }),
  ]);
  report("Deno", underDeno);
  report("Bun", underBun);
  return add(underDeno, underBun);
}

/** VINCULUM_BORG names another executable to test in place of the one that would be built. */
async function testExecutable(files: readonly string[]): Promise<Tally> {
  if (files.length === 0) return NOTHING;
  const other = process.env["VINCULUM_BORG"];
  console.log(`\n== ${files.length} files of tests of ${other ?? "dist/borg"}`);
  if (!other) run(deno, ["run", "-A", "scripts/build.ts"]);
  const processes = availableParallelism() + 1; // Many of these tests wait, for locks and for other processes.
  const options = [`--parallel=${processes}`];
  const tally = await testWithBun(files, { limit: EXECUTABLE_LIMIT, label: "", options });
  report("executable", tally);
  return tally;
}

function report(what: string, { passed, failed, skipped }: Tally): void {
  console.log(`-- ${what}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
}

/** A build that fails is one failure, told like any other. */
async function runAll({ unit, executable }: Discovery): Promise<Tally> {
  const units = await testUnits(unit);
  try {
    return add(units, await testExecutable(executable));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return add(units, { passed: 0, failed: 1, skipped: 0 });
  }
}

function conclude({ passed, failed, skipped }: Tally, skipsFail: boolean): void {
  if (skipped > 0) console.log(`\n${skipped} skipped${skipsFail ? ", and no skips are allowed here" : ""}`);
  const allFailed = failed + (skipsFail ? skipped : 0);
  process.exitCode = allFailed > 0 ? 1 : 0;
  console.log(`\n${passed} passed, ${allFailed} failed`);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { "no-skip": { type: "boolean", default: false } },
});
const skipsFail = values["no-skip"] || process.env["CI"] === "true";
if (skipsFail) process.env["VINCULUM_NO_SKIP"] = "1";
try {
  conclude(await runAll(discoverTests(listTests(), positionals)), skipsFail);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  conclude({ passed: 0, failed: 1, skipped: 0 }, skipsFail);
}
