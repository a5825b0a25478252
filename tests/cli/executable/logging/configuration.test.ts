import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { requirePeer } from "../../../interop/requirements.ts";
import { Twin } from "../listings/twin.ts";

const CONFIGURATION = `[loggers]
keys=root
[handlers]
keys=file
[formatters]
keys=file
[logger_root]
level=NOTSET
handlers=file
[handler_file]
class=FileHandler
level=INFO
formatter=file
args=('log', 'a')
[formatter_file]
format=%(levelname)s %(name)s|%(message)s
`;

describe("BORG_LOGGING_CONF sends messages where BorgBackup sends them", requirePeer("borg"), () => {
  let twin: Twin;
  const env = { BORG_LOGGING_CONF: "logging.conf" };

  before(() => {
    twin = new Twin();
    writeFileSync(`${twin.sandbox.folder("tree")}/file`, "x");
    twin.prepare(["init", "-e", "none", "repo"]);
    twin.prepare(["create", "repo::one", "tree"]);
    twin.freeze();
  });
  after(() => twin.remove());

  /** What the file says after the commands, which both programs write alike. */
  function same(configuration: string, ...commands: readonly (readonly string[])[]): string {
    writeFileSync(twin.sandbox.path("logging.conf"), configuration);
    const seen: string[] = [];
    const look = () => {
      const path = twin.sandbox.path("log");
      seen.push(existsSync(path) ? readFileSync(path, "utf8") : "");
      rmSync(path, { force: true });
      return seen.at(-1)!;
    };
    twin.sameBut({ env, look }, ...commands);
    return seen[0]!;
  }

  it("by levels of the file, not of the command line", () => {
    const log = same(CONFIGURATION, ["create", "--list", "--show-rc", "repo::two", "tree"], ["list", "repo::missing"]);
    assert.match(log, /^INFO borg\.archiver\|Creating archive at "repo::two"\n/);
    assert.match(log, /\nINFO borg\.output\.list\|A tree\/file\n/);
    assert.match(log, /\nINFO borg\.output\.show-rc\|terminating with success status, rc 0\n/);
    assert.match(log, /\nERROR borg\.archiver\|Archive missing does not exist\n/);
    const quiet = CONFIGURATION.replace("level=NOTSET", "level=WARNING");
    assert.equal(same(quiet, ["create", "-v", "repo::two", "tree"], ["delete", "repo::missing"]).split("\n").length, 2);
  });

  it("on standard error as well", () => {
    const configuration = CONFIGURATION.replace("FileHandler", "StreamHandler").replace(
      "('log', 'a')",
      "(sys.stderr,)",
    );
    assert.equal(same(configuration, ["create", "--list", "repo::two", "tree"]), "");
  });

  it("or warns that it cannot", () => {
    rmSync(twin.sandbox.path("logging.conf"), { force: true });
    const [outcome] = twin.sameBut({ env }, ["list", "repo"]);
    assert.match(outcome!.stderr, /^setup_logging for "\/.*\/logging\.conf" failed with "\[Errno 2\] .*"\.\n$/);
  });
});
