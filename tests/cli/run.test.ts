import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { BrokenPipe } from "../../src/cli/context.ts";
import { run } from "../../src/cli/run.ts";
import { fakeWorld } from "./fake_world.ts";

async function start(line: string, env: Record<string, string> = {}, programName = "borg") {
  const world = fakeWorld({ argv: line.split(" ").filter((word) => word !== ""), env, programName });
  return { status: await run(world), world };
}

describe("run", () => {
  it("prints the version of client and server", async () => {
    const { status, world } = await start("version");
    assert.deepEqual([status, world.stdout.text, world.stderr.text], [0, "1.4.5 / 1.4.5\n", ""]);
  });

  it("explains commands and topics", async () => {
    const all = (await start("help")).world.stdout.text;
    assert.match(all, /\n {4}create {2}/);
    assert.equal((await start("")).world.stdout.text, all);
    assert.match((await start("help patterns")).world.stdout.text, /pf: {2}exactly this path/);
    assert.match((await start("help create")).world.stdout.text, /^usage: borg create [^]*\nExit status:/);
    assert.doesNotMatch((await start("help create --usage-only")).world.stdout.text, /Exit status/);
    assert.doesNotMatch((await start("help create --epilog-only")).world.stdout.text, /usage:/);
    const { status, world } = await start("help nothing");
    assert.equal(status, 2);
    assert.match(world.stderr.text, /\nborg: error: No help available on nothing\./);
  });

  it("names the exit status last", async () => {
    const { world } = await start("--show-rc --show-version version");
    assert.deepEqual(world.stderr.lines, [
      "borgbackup version 1.4.5+vinculum.0.1.0",
      "terminating with success status, rc 0",
    ]);
    const failed = await start("--show-rc list --json r::a");
    assert.deepEqual([failed.status, failed.world.stderr.lines], [2, [
      "Command Error: The --json option is only valid for listing archives, not archive contents.",
      "terminating with error status, rc 2",
    ]]);
  });

  it("has the exit statuses that BORG_EXIT_CODES asks for", async () => {
    assert.equal((await start("list --json r::a", { BORG_EXIT_CODES: "modern" })).status, 4);
    assert.equal((await start("list --nope r", { BORG_EXIT_CODES: "modern" })).status, 2);
    assert.equal((await start("create --pattern nope r::a x", { BORG_EXIT_CODES: "modern" })).status, 4);
    assert.equal((await start("create --pattern nope r::a x")).status, 2);
  });

  it("logs JSON, with the message id", async () => {
    const { world } = await start("--log-json list --json r::a");
    const [{ levelname, name, msgid } = {}] = world.stderr.events;
    assert.deepEqual([levelname, name, msgid], ["ERROR", "borg.archiver", "CommandError"]);
  });

  it("bypasses locks only where nothing is written", async () => {
    const { status, world } = await start("create --bypass-lock r::a x");
    assert.equal(status, 2);
    assert.equal(world.stderr.text, "Error: Not allowed to bypass locking mechanism for chosen command\n");
  });

  it("shows a trace at debug level only", async () => {
    assert.equal((await start("list --json r::a")).world.stderr.lines.length, 1);
    const { world } = await start("--debug list --json r::a");
    assert.match(world.stderr.text, /\n {4}at [^]*Platform: /);
    const quiet = await start("--debug list --json r::a", { BORG_SHOW_SYSINFO: "no" });
    assert.doesNotMatch(quiet.world.stderr.text, /Platform/);
  });

  it("writes a profile of itself", async () => {
    const directory = mkdtempSync(join(tmpdir(), "profile-"));
    try {
      const path = join(directory, "run.cpuprofile");
      assert.equal((await start(`--debug-profile ${path} version`)).status, 0);
      assert.ok(Array.isArray(JSON.parse(readFileSync(path, "utf8")).nodes));
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it("sets the umask", async () => {
    assert.deepEqual((await start("version")).world.umasks, [0o077]);
    assert.deepEqual((await start("version --umask 022")).world.umasks, [0o022]);
  });

  it("has one line for what nobody expected", async () => {
    const world = fakeWorld({ argv: ["version"] });
    world.setUmask = () => {
      throw new TypeError("no umask");
    };
    assert.deepEqual([await run(world), world.stderr.text], [2, "Error: TypeError: no umask\n"]);
    const early = fakeWorld({ argv: ["list", "r::{pid}"] });
    early.clock.now = () => {
      throw new Error("no clock");
    };
    assert.deepEqual([await run(early), early.stderr.text], [2, "Error: no clock\n"]);
  });

  it("ends quietly when nobody reads what it prints", async () => {
    const world = fakeWorld({ argv: ["--show-rc", "version"] });
    world.stdout.write = () => {
      throw new BrokenPipe();
    };
    assert.deepEqual([await run(world), world.stderr.text], [0, ""]);
  });
});

describe("placeholders", () => {
  const expanded = async (text: string, env: Record<string, string> = {}) =>
    (await start(`init -e none r::${text}`, { BORG_HOSTNAME: "vm", BORG_USERNAME: "me", ...env })).world.stderr.text;

  it("are expanded in arguments", async () => {
    assert.match(await expanded("{hostname}-{user}-{borgversion}"), /"r::vm-me-1\.4\.5": No archive can be specified/);
    assert.match(await expanded("{utcnow:%Y-%m-%dT%H:%M:%S}"), /"r::2024-02-03T04:05:06"/);
    assert.match(await expanded("{uuid4}"), /"r::00000000-0000-4000-8000-000000000000"/);
  });

  it("are refused when they are unknown or malformed", async () => {
    const unknown = await start("create {foo}::a x", { BORG_EXIT_CODES: "modern" });
    assert.deepEqual(
      [unknown.status, unknown.world.stderr.text],
      [2, 'Invalid placeholder "foo" in string: {foo}::a\n'],
    );
    assert.match((await start("create r::{ x")).world.stderr.text, /^usage: [^]*argument ARCHIVE: /);
  });
});
