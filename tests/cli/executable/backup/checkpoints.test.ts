import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { before, describe, it } from "node:test";
import { ours, type Outcome, type Program, theirs } from "../../../interop/harness.ts";
import { readObjectIds, readPuts } from "../../../interop/segments.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import type { Pair } from "./pair.ts";
import { usePlantedPair } from "./planted_pair.ts";
import { pause, SlowBackup } from "./slow_backup.ts";

const MIB = 1 << 20;
const DATA = randomBytes(24 * MIB);
const OTHER = randomBytes(24 * MIB);
const PARAMS = ["--chunker-params", "fixed,1048576"];

describe("checkpoints", requirePeer("borg"), () => {
  let pair: Pair;
  usePlantedPair((made) => pair = made);

  /** Both read the same repository, each with its own memory of it. */
  function read(program: Program, maker: Program, args: readonly string[]): Outcome {
    const base = pair.sandbox.folder(`base-reading-${program.name}`);
    const given = args.map((arg) => arg.replace("@", pair.repository(maker)));
    return pair.sandbox.run(program, given, { base, cwd: pair.fresh(program) });
  }

  for (const maker of [ours, theirs]) {
    describe(`of ${maker.name} inside a file`, () => {
      before(async () => {
        const backup = new SlowBackup(pair, "parts", ["-c", "1", ...PARAMS], maker);
        await backup.feed(DATA.subarray(0, 12 * MIB));
        await pause(1300);
        await backup.feed(DATA.subarray(12 * MIB));
        await pause(300);
        assert.equal((await backup.end()).status, 0);
      });

      for (
        const args of [
          ["list", "@::parts"],
          ["list", "--consider-part-files", "--format", "{path} {size} {num_chunks} {sha256}{NL}", "@::parts"],
          ["extract", "--list", "--consider-part-files", "@::parts", "re:part_2"],
          ["export-tar", "--list", "--consider-part-files", "@::parts", "/dev/null"],
          ["list", "--short", "--consider-checkpoints", "@"],
        ]
      ) {
        it(`are shown to both alike by ${args.join(" ")}`, () => {
          const [mine, other] = [ours, theirs].map((program) => read(program, maker, args));
          assert.deepEqual(mine, other);
          const shows = args.includes("--consider-part-files");
          if (!args.includes("@")) assert.equal(/borg_part_2/.test(mine!.stdout + mine!.stderr), shows);
        });
      }
    });
  }

  it("make a backup that is run again go on without storing anything twice", async () => {
    const repository = pair.repository(ours);
    const backup = new SlowBackup(pair, "again", ["-C", "none", ...PARAMS]);
    await backup.feed(OTHER.subarray(0, 16 * MIB));
    await backup.signal("SIGINT");
    assert.equal((await backup.end()).status, 2);
    const kept = [...readObjectIds(repository)];
    const args = ["create", "-C", "none", ...PARAMS, "@::again", "d", "-"];
    assert.equal(pair.run(ours, args, { input: OTHER }).status, 0);
    const counts = new Map<string, number>();
    for (const { id } of readPuts(repository)) counts.set(id, (counts.get(id) ?? 0) + 1);
    const twice = [...counts].filter(([id, count]) => count > 1 && !/^0+$/.test(id));
    assert.deepEqual(twice, []);
    assert.ok(kept.length > 12, `${kept.length}`);
    const list = ["list", "--short", "--consider-checkpoints", "-a", "again*", "@"];
    assert.equal(read(theirs, ours, list).stdout, "again.checkpoint\nagain\n"); // Until it is pruned.
  });

  it("of an archive that was never finished are what a second attempt is numbered after", async () => {
    for (const expected of ["left.checkpoint\n", "left.checkpoint\nleft.checkpoint.1\n"]) {
      const backup = new SlowBackup(pair, "left", []);
      await backup.feed(DATA.subarray(0, MIB));
      await backup.signal("SIGINT");
      assert.equal((await backup.end()).status, 2);
      const shown = read(theirs, ours, ["list", "--short", "--consider-checkpoints", "-a", "left*", "@"]).stdout;
      assert.equal(shown, expected);
      assert.equal(read(ours, ours, ["list", "--short", "-a", "left*", "@"]).stdout, "");
    }
  });
});
