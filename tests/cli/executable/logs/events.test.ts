import assert from "node:assert/strict";
import { linkSync, symlinkSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { ours } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { Twin } from "../listings/twin.ts";

/** Messages that BorgBackup 1.2 does not know, or that are made of what is never the same. */
const NEWS =
  /^(Archives (in the repository|considered|kept)|Archive fingerprint|Time \(|Duration|This archive|All archives)/;
/**
 * BorgBackup copies the cache's files at the first change and not when it saves them, which shifts the numbers of
 * operations, and 1.2 tells of the cache in messages while another operation is under way.
 */
const OF_CACHE = /^cache\.(begin_transaction|commit)$/;

/** The events of a run, one per line, without what may differ. */
function comparable(text: string): string {
  return text.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line))
    .filter(({ msgid = "", name, message }) =>
      !OF_CACHE.test(msgid) && name !== "borg.output.progress" && !NEWS.test(message)
    )
    .map(({ time: _time, operation: _operation, msgid, message, ...event }) => {
      const padded = message?.replace(/^((?:Keeping|Pruning) .*?:) +(?=\S+ +\w{3}, )/, "$1 ");
      const kept = event.type === "log_message" ? {} : { msgid };
      return JSON.stringify({ ...event, ...kept, message: padded });
    }).join("\n");
}

/** Which events of the cache's own a run tells, by order. */
function cacheEvents(text: string): string[] {
  return text.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line))
    .filter(({ msgid = "" }) => OF_CACHE.test(msgid))
    .map(({ msgid, message, finished }) => `${msgid} ${finished ? "finished" : message}`);
}

describe("events are those of BorgBackup", requirePeer("borg"), () => {
  let twin: Twin;
  before(() => {
    twin = new Twin();
    const path = (name: string) => twin.sandbox.path("tree", name);
    twin.sandbox.folder("tree");
    writeFileSync(path("file"), "content");
    linkSync(path("file"), path("hard"));
    symlinkSync("some/where", path("link"));
    twin.prepare(["init", "-e", "none", "repo"]);
    twin.prepare(["create", "--timestamp", "2024-05-01T00:00:00", "repo::a", "tree"]);
    twin.prepare(["create", "--timestamp", "2024-05-02T00:00:00", "repo::b", "tree/file"]);
    twin.prepare(["create", "--timestamp", "2024-05-02T00:00:00", "repo::c.checkpoint", "tree/link"]);
    twin.freeze();
  });
  after(() => twin.remove());

  const COMMON = ["--log-json", "-p", "-v"];
  const runs: readonly (readonly string[])[] = [
    ["create", "--list", "--stats", "repo::new", "tree"],
    ["list", "repo"],
    ["info", "repo::a"],
    ["info", "--last", "2", "repo"],
    ["diff", "repo::a", "b"],
    ["extract", "--list", "repo::a", "tree/file", "tree/link", "gone"],
    ["export-tar", "--list", "repo::b", "out.tar"],
    ["delete", "--list", "repo::a", "gone"],
    ["delete", "--cache-only", "repo"],
    ["prune", "--list", "-d", "1", "repo"],
    ["compact", "repo"],
    ["rename", "repo::a", "z"],
    ["check", "--verify-data", "repo"],
    ["with-lock", "repo", "true"],
  ];
  for (const args of runs) {
    it(args.join(" "), () => void twin.sameBut({ edit: comparable }, [args[0]!, ...COMMON, ...args.slice(1)]));
  }

  it("building the cache", () => {
    twin.sameBut({ edit: comparable }, ["delete", "--cache-only", "repo"], ["info", ...COMMON, "repo"]);
  });

  it("saving the cache, after all progress of the archive", () => {
    const edit = (text: string) => cacheEvents(text).filter((event) => event.startsWith("cache.commit")).join("\n");
    const [created] = twin.sameBut({ edit }, ["create", ...COMMON, "--list", "repo::new", "tree"]);
    const events = created!.stderr.trim().split("\n").map((line) => JSON.parse(line));
    const progressEnds = events.findIndex(({ type, finished }) => type === "archive_progress" && finished);
    const saving = events.findIndex(({ msgid }) => msgid === "cache.commit");
    assert.ok(0 <= progressEnds && progressEnds < saving, created!.stderr);
    assert.deepEqual(cacheEvents(created!.stderr).slice(0, 4), [
      "cache.begin_transaction Initializing cache transaction: Reading config",
      "cache.begin_transaction Initializing cache transaction: Reading chunks",
      "cache.begin_transaction Initializing cache transaction: Reading files",
      "cache.begin_transaction finished",
    ]);
  });

  it("errors and warnings have message ids, errors of arguments are text", () => {
    const cases: readonly (readonly [args: readonly string[], msgid: string, level: string])[] = [
      [["list", "repo::gone"], "Archive.DoesNotExist", "ERROR"],
      [["list", "gone"], "Repository.DoesNotExist", "ERROR"],
      [["extract", "--dry-run", "repo::a", "gone"], "IncludePatternNeverMatchedWarning", "WARNING"],
      [["create", "repo::newer", "gone"], "BackupFileNotFoundError", "WARNING"],
      [["list", "--json-lines", "repo"], "CommandError", "ERROR"],
    ];
    for (const [args, msgid, levelname] of cases) {
      const { stderr } = twin.sandbox.run(ours, [args[0]!, "--log-json", ...args.slice(1)], { base: twin.base });
      const event = JSON.parse(stderr.trim().split("\n").at(-1)!);
      assert.deepEqual([event.type, event.levelname, event.msgid, event.name], [
        "log_message",
        levelname,
        msgid,
        "borg.archiver",
      ]);
      assert.equal(typeof event.time, "number");
    }
    const { stderr } = twin.sandbox.run(ours, ["list", "--log-json", "--first", "x", "repo"], { base: twin.base });
    assert.match(stderr, /^usage: .*/);
  });
});
