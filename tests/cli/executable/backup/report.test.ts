import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ours, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { converse } from "../terminal.ts";
import { environment } from "../../../interop/harness.ts";
import { Pair } from "./pair.ts";
import { plant } from "./tree.ts";

type Json = Record<string, unknown>;

describe("what create reports", requirePeer("borg"), () => {
  let pair: Pair;
  before(() => {
    pair = new Pair();
    plant(pair.source);
  });
  after(() => pair.remove());

  const json = (program: typeof ours, ...args: string[]) =>
    JSON.parse(pair.run(program, ["create", "--json", ...args]).stdout) as Record<string, Json>;

  it("has the numbers of BorgBackup in --json", () => {
    for (const name of ["one", "two"]) {
      const [mine, other] = [ours, theirs].map((program) => json(program, "-C", "none", `@::${name}`, "d", "e"));
      assert.deepEqual(shape(mine), shape(other));
      const { original_size, nfiles, deduplicated_size, compressed_size } = mine!["archive"]!["stats"] as Json;
      assert.deepEqual(nfiles, (other!["archive"]!["stats"] as Json)["nfiles"]);
      // Since 1.4 these count contents only, and nothing of an archive that brings nothing new.
      const contents = pair.items(ours, name).flatMap(({ chunks }) => chunks ?? []);
      assert.equal(original_size, contents.reduce((sum, [, size]) => sum + size, 0));
      assert.equal(compressed_size, Number(original_size) + 3 * contents.length);
      assert.equal(deduplicated_size === 0, name === "two");
      assert.deepEqual(mine!["encryption"], other!["encryption"]);
      const words = (mine!["archive"]!["command_line"] as string[]).join(" ");
      assert.equal(words, `borg create --json -C none @::${name} d e`);
    }
  });

  it("leaves out the cache with --quick-stats", () => {
    assert.equal("cache" in json(ours, "--quick-stats", "@::quick", "e"), false);
    const { stderr } = pair.run(ours, ["create", "--quick-stats", "@::quick2", "e"]);
    assert.match(stderr, /^This archive: /m);
    assert.doesNotMatch(stderr, /All archives|Chunk index/);
  });

  it("has the lines of BorgBackup with --stats, with --iec too", () => {
    for (const iec of [[], ["--iec"]]) {
      const [mine, other] = [ours, theirs].map((program) => {
        const { stdout, stderr, status } = pair.run(program, [
          "create",
          "--stats",
          ...iec,
          `@::stats${iec.join("")}`,
          "d",
        ]);
        const lines = stderr.split("\n").filter((line) => !/^(This archive|All archives|Chunk index)/.test(line));
        const anonymous = lines.map((line) =>
          line.replace(/(fingerprint|Time \((start|end)\)|Duration|Utilization of.*?): .*/, "$1")
        );
        return { status, stdout, lines: anonymous };
      });
      assert.deepEqual(mine, other);
      assert.ok(mine!.lines.length > 10);
    }
    const { stderr } = pair.run(ours, ["create", "-n", "--stats", "@::dry", "e"]);
    assert.equal(stderr, "Ignoring --stats. It is not supported when using --dry-run.\n");
  });

  it("is one JSON object a line with --log-json", () => {
    const args = ["create", "--log-json", "--list", "--progress", "@::events", "e", "gone"];
    const events = pair.run(ours, args).stderr.trim().split("\n").map((line) => JSON.parse(line) as Json);
    const ofType = (type: string) => events.filter((event) => event["type"] === type);
    assert.deepEqual(ofType("file_status").map(({ status, path }) => `${status} ${path}`).sort(), [
      "A e/newest",
      "d e",
      "s e/dangling",
      "s e/twin",
    ]);
    const [warning] = ofType("log_message");
    assert.deepEqual([warning!["levelname"], warning!["msgid"]], ["WARNING", "BackupFileNotFoundError"]);
    const progress = ofType("archive_progress");
    assert.deepEqual([progress.at(-1)!["finished"], "path" in progress.at(-1)!], [true, false]);
    assert.deepEqual(Object.keys(progress[0]!).sort(), [
      "compressed_size",
      "deduplicated_size",
      "finished",
      "nfiles",
      "original_size",
      "path",
      "time",
      "type",
    ]);
  });

  it("is lines without a terminal and one line in one with --progress", async () => {
    const { stderr } = pair.run(ours, ["create", "--progress", "@::lines", "d"]);
    assert.match(stderr, /^0 B O 0 B C 0 B D 0 N d\n/m);
    const command = `'${ours.path}' create --progress '${pair.repository(ours)}::terminal' d`;
    const env = environment(pair.sandbox.path("base-ours"));
    const { status, shown } = await converse(command, [{ shows: "0 B O 0 B C 0 B D 0 N d" }], {
      cwd: pair.source,
      env,
    });
    assert.equal(status, 0);
    assert.doesNotMatch(shown.trimEnd(), /N d\n/);
  });

  it("is nothing without being asked", () => {
    assert.deepEqual(pair.same(["create", "@::silent", "d"]), { status: 0, stdout: "", stderr: "" });
    const { stderr } = pair.run(ours, ["create", "--show-rc", "--show-version", "@::rc", "d"]);
    assert.match(stderr, /^borgbackup version .*\nterminating with success status, rc 0\n$/);
  });
});

/** The keys of a document, and the types of its values. */
function shape(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return Array.isArray(value) ? "array" : typeof value;
  }
  return Object.fromEntries(Object.entries(value).sort().map(([key, inner]) => [key, shape(inner)]));
}
