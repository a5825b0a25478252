import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Log, type LogOptions } from "../../src/cli/log.ts";
import { Screen } from "../../src/cli/render/screen.ts";
import { fakeWorld } from "./fake_world.ts";

function setUp(options: Partial<LogOptions> = {}) {
  const world = fakeWorld();
  const screen = new Screen(world.stderr, world.terminal);
  const log = new Log(screen, world.clock, { level: "warning", json: false, topics: [], outputs: [], ...options });
  return { log, stderr: world.stderr, stdout: world.stdout };
}

describe("Log", () => {
  it("lets pass what is severe enough", () => {
    const { log, stderr, stdout } = setUp();
    for (const level of ["debug", "info", "warning", "error", "critical"] as const) log.write(level, level);
    assert.deepEqual(stderr.lines, ["warning", "error", "critical"]);
    assert.equal(stdout.text, "");
    const verbose = setUp({ level: "info" });
    verbose.log.info("i");
    verbose.log.debug("d");
    assert.deepEqual(verbose.stderr.lines, ["i"]);
  });

  it("shows an output when its option is on, or when the level lets it pass", () => {
    const { log, stderr } = setUp({ outputs: ["list"] });
    log.output("list", "A a");
    log.output("stats", "sums");
    log.output("show-rc", "rc 2", "error");
    assert.deepEqual(stderr.lines, ["A a", "rc 2"]);
    const verbose = setUp({ level: "info" });
    verbose.log.output("stats", "sums");
    assert.deepEqual(verbose.stderr.lines, ["sums"]);
  });

  it("shows debug topics when they are asked for only", () => {
    for (const topic of ["files_cache", "borg.debug.files_cache"]) {
      const { log, stderr } = setUp({ topics: [topic] });
      log.topic("files_cache", "hit");
      log.topic("other", "no");
      log.debug("no");
      assert.deepEqual(stderr.lines, ["hit"]);
    }
    const debug = setUp({ level: "debug" });
    debug.log.topic("files_cache", "no");
    assert.deepEqual(debug.stderr.lines, []);
  });

  it("writes JSON with BorgBackup's names", () => {
    const { log, stderr } = setUp({ json: true, outputs: ["show-rc"] });
    log.error("Archive caf\udce9 already exists", "Archive.AlreadyExists");
    log.output("show-rc", "terminating");
    assert.deepEqual(stderr.lines, [
      '{"type": "log_message", "time": 1706933106.789, "message": "Archive caf? already exists", "levelname": "ERROR", ' +
      '"name": "borg.archiver", "msgid": "Archive.AlreadyExists"}',
      '{"type": "log_message", "time": 1706933106.789, "message": "terminating", "levelname": "INFO", ' +
      '"name": "borg.output.show-rc"}',
    ]);
  });
});
