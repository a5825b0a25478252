import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ours, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { Pair, statuses } from "./pair.ts";
import { pause, SlowBackup } from "./slow_backup.ts";
import { plant } from "./tree.ts";

const MIB = 1 << 20;
const DATA = randomBytes(24 * MIB);

describe("an interrupted backup", requirePeer("borg"), () => {
  let pair: Pair;
  before(() => {
    pair = new Pair("repokey-blake2");
    plant(pair.source);
  });
  after(() => {
    pair.verify();
    pair.remove();
  });

  const listed = (name: string, ...options: string[]) => {
    const base = pair.sandbox.folder("base-reader");
    const args = ["list", ...options, "--format", "{path} {size}{NL}", `${pair.repository(ours)}::${name}`];
    return pair.sandbox.succeed(theirs, args, { base }).trim().split("\n");
  };
  const archives = (...options: string[]) => {
    const base = pair.sandbox.folder("base-reader");
    return pair.sandbox.succeed(theirs, ["list", "--short", ...options, pair.repository(ours)], { base }).trim().split(
      "\n",
    );
  };
  const isLocked = () =>
    ["lock.exclusive", "lock.roster"].some((name) => existsSync(join(pair.repository(ours), name)));

  /** Feeds a backup of standard input, sends `signals` in the middle, and waits for its end. */
  async function interrupt(name: string, signals: readonly NodeJS.Signals[], options: readonly string[] = []) {
    const backup = new SlowBackup(pair, name, options);
    await backup.feed(DATA.subarray(0, 16 * MIB));
    for (const signal of signals) await backup.signal(signal);
    return await backup.end();
  }

  it("is saved as a checkpoint at the first Ctrl-C, with what was read of the file, and can be continued", async () => {
    const { status, stderr } = await interrupt("one", ["SIGINT"]);
    assert.equal(status, 2, stderr);
    assert.match(stderr, /\nError: Got Ctrl-C \/ SIGINT\.\n$/);
    assert.equal(isLocked(), false);
    assert.deepEqual(archives(), [""]);
    assert.deepEqual(archives("--consider-checkpoints"), ["one.checkpoint"]);
    const parts = listed("one.checkpoint", "--consider-part-files").filter((line) => line.startsWith("stdin"));
    assert.match(parts.join(), /^stdin\.borg_part_1 \d{7,}$/);
    assert.equal(listed("one.checkpoint").filter((line) => line.startsWith("stdin")).length, 0);
    const again = pair.run(ours, ["create", "--list", "--json", "@::one", "d", "-"], { input: DATA });
    assert.equal(again.status, 0);
    assert.equal(statuses(again)["d/empty"], "U");
    const { archive } = JSON.parse(again.stdout) as { archive: { stats: Record<string, number> } };
    const stored = Number(parts[0]!.split(" ")[1]);
    assert.ok(archive.stats["deduplicated_size"]! < DATA.length - stored + 9 * MIB, JSON.stringify(archive.stats));
    assert.equal(digest(pair, "one", "stdin"), createHash("sha256").update(DATA).digest("hex"));
  });

  for (
    const [signal, status, text] of [["SIGTERM", 143, "Received SIGTERM"], ["SIGHUP", 129, "Received SIGHUP."]] as const
  ) {
    it(`ends at once with ${signal}, and leaves nothing behind`, async () => {
      const before = archives("--consider-checkpoints");
      const ended = await interrupt("signalled", [signal]);
      assert.equal(ended.status, status);
      assert.ok(ended.stderr.endsWith(`${text}\n`), ended.stderr);
      assert.equal(isLocked(), false);
      assert.deepEqual(archives("--consider-checkpoints"), before);
    });
  }

  it("ends soon when Ctrl-C is pressed twice", async () => {
    const { status } = await interrupt("twice", ["SIGINT", "SIGINT"]);
    assert.ok(status === 130 || status === 2, `status ${status}`);
    assert.equal(isLocked(), false);
  });

  it("has saved checkpoints meanwhile, which the finished archive makes superfluous", async () => {
    const backup = new SlowBackup(pair, "slow", ["-c", "1"]);
    await backup.feed(DATA.subarray(0, 12 * MIB));
    await pause(1300);
    await backup.feed(DATA.subarray(12 * MIB));
    await pause(300);
    assert.equal((await backup.end()).status, 0);
    assert.deepEqual(archives("--consider-checkpoints").filter((name) => name.startsWith("slow")), ["slow"]);
    const lines = listed("slow", "--consider-part-files").filter((line) => line.startsWith("stdin"));
    const parts = lines.slice(0, -1).map((line) => Number(line.split(" ")[1]));
    assert.ok(parts.length >= 2, lines.join());
    assert.equal(parts.reduce((sum, size) => sum + size), DATA.length);
    assert.equal(lines.at(-1), `stdin ${DATA.length}`);
    assert.equal(listed("slow").filter((line) => line.startsWith("stdin")).length, 1);
    const { size_parts, nfiles_parts, nfiles } = pair.dump(ours, "slow")._meta;
    assert.deepEqual([size_parts, nfiles_parts], [DATA.length, parts.length]);
    assert.equal(nfiles, pair.items(ours, "slow").filter(({ chunks, part }) => chunks && part === undefined).length);
    assert.equal(digest(pair, "slow", "stdin"), createHash("sha256").update(DATA).digest("hex"));
  });
});

/** What BorgBackup says of a file's contents. */
function digest(pair: Pair, archive: string, path: string): string {
  const args = ["list", "--format", "{sha256}", `${pair.repository(ours)}::${archive}`, path];
  return pair.sandbox.succeed(theirs, args, { base: pair.sandbox.folder("base-reader") });
}
