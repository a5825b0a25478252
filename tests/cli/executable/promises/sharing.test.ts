import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { environment, ours, type Program, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { Pair } from "../backup/pair.ts";
import { SlowBackup, until } from "../backup/slow_backup.ts";

describe("several machines share one repository", requirePeer("borg"), () => {
  let pair: Pair;
  before(() => {
    pair = new Pair("repokey-blake2");
    for (const machine of ["a", "b", "c", "d"]) mkdirSync(join(pair.source, machine));
  });
  after(() => {
    pair.verify();
    pair.remove();
  });

  /** A machine has a name, and a memory of its own. */
  function on(machine: string, program: Program, args: readonly string[]): string {
    const base = pair.sandbox.folder(`machine-${machine}`);
    const env = { BORG_HOST_ID: `${machine}@1`, BORG_HOSTNAME: machine };
    const given = args.map((arg) => arg.replace("@", pair.repository(ours)));
    return pair.sandbox.succeed(program, given, { base, env, cwd: pair.source });
  }

  it("turn by turn, and what one has stored the others do not store again", () => {
    const common = randomBytes(3_000_000);
    const sizes = [["a", ours], ["b", theirs], ["c", ours], ["a", theirs], ["b", ours]].map(
      ([machine, program], turn) => {
        const name = machine as string;
        writeFileSync(join(pair.source, name, "common"), common);
        writeFileSync(join(pair.source, name, "own"), `${name} ${turn}`);
        const json = on(name, program as Program, ["create", "--json", `@::${name}-${turn}`, name]);
        const { archive } = JSON.parse(json) as { archive: { stats: { deduplicated_size: number } } };
        return archive.stats.deduplicated_size;
      },
    );
    assert.ok(sizes[0]! >= 3_000_000, sizes.join());
    for (const size of sizes.slice(1)) assert.ok(size < 5000, sizes.join());
    for (const machine of ["a", "b", "c"]) {
      const names = on(machine, ours, ["list", "--short", "@"]);
      assert.deepEqual(names.trim().split("\n"), ["a-0", "b-1", "c-2", "a-3", "b-4"]);
    }
    on("b", ours, ["delete", "@::b-1", "a-0"]);
    on("c", theirs, ["compact", "@"]);
    on("a", ours, ["check", "--verify-data", "@"]);
    on("a", ours, ["extract", "--dry-run", "@::c-2"]);
  });

  it("and one that writes keeps the others waiting as long as they want to", async () => {
    const slow = new SlowBackup(pair, "slow", []);
    await slow.feed(new Uint8Array(1000));
    await until(() => existsSync(join(pair.repository(ours), "lock.exclusive")));
    const env = environment(pair.sandbox.folder("base-ours"));
    const attempt = (wait: string) => {
      const args = ["create", "--lock-wait", wait, `${pair.repository(ours)}::waiting-${wait}`, "a"];
      const child = spawn(ours.path, args, { cwd: pair.source, env, stdio: "ignore" });
      return new Promise((resolve) => child.on("close", resolve));
    };
    assert.equal(await attempt("0"), 2);
    const waiting = attempt("60");
    await slow.feed(new Uint8Array(1000));
    assert.equal((await slow.end()).status, 0);
    assert.equal(await waiting, 0);
    const names = pair.run(ours, ["list", "--short", "@"]).stdout.trim().split("\n");
    assert.deepEqual(names.slice(-2), ["slow", "waiting-60"]);
  });
});
