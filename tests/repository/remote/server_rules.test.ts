import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Float64 } from "../../../src/encoding/msgpack.ts";
import { BorgError } from "../../../src/errors.ts";
import { serveCommand } from "../../../src/repository/remote/serve_command.ts";
import { callFor } from "../../../src/repository/remote/server_rules.ts";

const CURRENT = [1, 4, 5, -1];

describe("callFor", () => {
  it("passes on what a server of this time knows", () => {
    const given = { save_space: false, compact: true, threshold: new Float64(0.2), cleanup_commits: true };
    assert.deepEqual(callFor(CURRENT, "commit", given), { method: "commit", args: Object.entries(given) });
    assert.deepEqual(callFor(CURRENT, "list", { limit: 5 }).args, [["limit", 5]]);
  });

  it("drops what a server before 1.2 does by itself", () => {
    const given = { save_space: false, compact: true, threshold: new Float64(0.2), cleanup_commits: true };
    assert.deepEqual(callFor([1, 1, 18, -1], "commit", given).args, [["save_space", false]]);
    assert.deepEqual(callFor([1, 2, 0, -4, 3], "commit", given).args.map(([name]) => name), [
      "save_space",
      "compact",
      "cleanup_commits",
    ]);
  });

  it("refuses what a server does not know, unless it is what it does anyway", () => {
    const version = [1, 1, 8, -1];
    assert.deepEqual(callFor(version, "open", { path: "/x", make_parent_dirs: false }).args, [["path", "/x"]]);
    assert.throws(() => callFor(version, "open", { path: "/x", make_parent_dirs: true }), (error) => {
      assert.ok(error instanceof BorgError);
      assert.deepEqual([error.code, ...error.data], [
        "RemoteRepository.RPCServerOutdated",
        "open() make_parent_dirs=true",
        "1.1.9",
      ]);
      return true;
    });
    assert.throws(() => callFor([1, 0, 13, -1], "scan", { limit: 1 }), { code: "RemoteRepository.RPCServerOutdated" });
  });

  it("gives servers of 1.0 all arguments by position", () => {
    const { args } = callFor([1, 0, 8], "open", { path: "/x", exclusive: true });
    assert.deepEqual(args.map(([, value]) => value), ["/x", false, null, true, true, false]);
  });
});

describe("serveCommand", () => {
  const options = { program: "borg", logLevel: "warning", debugTopics: [] } as const;

  it("says nothing that is so anyway", () => assert.deepEqual(serveCommand(options, 0), ["borg", "serve"]));

  it("hands on the log level, the topics of repositories and the quota", () => {
    const debugTopics = ["repository", "chunks", "borg.debug.repository.compaction", "borg.debug.archive"];
    assert.deepEqual(serveCommand({ ...options, logLevel: "info", debugTopics }, 12), [
      ...["borg", "serve", "--info", "--debug-topic=borg.debug.repository"],
      ...["--debug-topic=borg.debug.repository.compaction", "--storage-quota=12"],
    ]);
  });
});
