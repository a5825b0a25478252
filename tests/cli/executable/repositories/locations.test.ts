import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ours, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { Twin } from "../listings/twin.ts";

describe("locations mean to ours what they mean to BorgBackup", requirePeer("borg"), () => {
  let twin: Twin;
  before(() => {
    twin = new Twin();
    mkdirSync(twin.sandbox.path("folder"));
    writeFileSync(twin.sandbox.path("file"), "content");
    twin.prepare(["init", "-e", "none", "repo"]);
    twin.prepare(["create", "repo::a", "file"]);
    twin.freeze();
  });
  after(() => twin.remove());

  const root = () => twin.sandbox.root;
  const same = (lines: readonly string[], repository?: string) => {
    const commands = lines.map((line) => line.split(" ").map((word) => word.replace("ROOT", root())));
    const env = repository === undefined ? {} : { BORG_REPO: repository.replace("ROOT", root()) };
    // The usage that BorgBackup prints first names options of its own version.
    const edit = (text: string) => text.replace(/^usage:[^]*?(?=^borg)/m, "");
    return twin.sameBut({ env, edit, look: () => places(twin.base) }, ...commands);
  };

  for (const location of ["./repo", "folder//..//repo/", "ROOT/repo", "file://ROOT/repo", "file://folder/../repo"]) {
    it(`${location} names the repository, and with ::a or /::a the archive`, () => {
      const outcomes = same([
        `list --short ${location}`,
        `list --short ${location}::a`,
        `list --short ${location}/::a file`,
      ]);
      assert.deepEqual(outcomes.map(({ stdout }) => stdout), ["a\n", "file\n", "file\n"]);
    });
  }

  for (const repository of ["repo", "file://ROOT/repo", "{user}/../repo", "repo::ignored"]) {
    it(`BORG_REPO=${repository} stands for what is left out`, () => {
      mkdirSync(twin.sandbox.path("root"), { recursive: true }); // Where {user} leads to.
      const outcomes = same(["list --short", "list --short ::", "list --short ::a"], repository);
      assert.deepEqual(outcomes.map(({ stdout }) => stdout), ["a\n", "a\n", "file\n"]);
    });
  }

  it("BORG_REPO is what commands change", () => {
    const lines = ["create ::x:y+z file", "rename ::a b", "delete ::b", "check", "break-lock", "list --short"];
    const outcomes = same(lines, "repo");
    assert.deepEqual(outcomes.map(({ status }) => status), [0, 0, 0, 0, 0, 0]);
    assert.equal(outcomes.at(-1)!.stdout, "x:y+z\n");
  });

  for (
    const line of [
      "list folder",
      "list file",
      "list gone",
      "list file://repo",
      "list repo::",
      "list repo::a::b",
      "list repo::gone",
      "list",
      "list ::a",
      "create repo file",
      "create repo::a/b file",
      "check repo::gone",
    ]
  ) {
    it(`is refused alike: ${line}`, () => {
      const [outcome] = same([line]);
      assert.notEqual(outcome!.stderr, "");
      assert.notEqual(outcome!.status, 0);
    });
  }

  it("are shown as they were typed, or as they are", () => {
    const lines = ["create -v -n ::a file", "create -v folder/../repo//::{user} file", "create -v ::b{{ file"];
    const shown = same(lines, "./folder/../repo").map(({ stderr }) => stderr.split("\n")[0]);
    assert.deepEqual(shown, [
      'Creating archive at "./folder/../repo::a"',
      'Creating archive at "folder/../repo//::root"',
      'Creating archive at "./folder/../repo::b{"',
    ]);
    for (const program of [ours, theirs]) {
      const env = { BORG_REPO: `folder/..//new-${program.name}` };
      const { stderr } = twin.sandbox.run(program, ["init", "-v", "-e", "none"], { env });
      assert.equal(stderr.split("\n")[0], `Initializing repository at "new-${program.name}"`);
    }
  });

  it("a name with a colon needs a slash not to be a machine", () => {
    twin.sandbox.succeed(theirs, ["init", "-e", "none", "./co:lon"], { base: twin.base });
    assert.deepEqual(same(["list ./co:lon", "list ROOT/co:lon"]).map(({ status }) => status), [0, 0]);
  });
});

/** Where the repositories are by the security directory. */
function places(base: string): string[] {
  const security = join(base, ".config", "borg", "security");
  return readdirSync(security).map((id) => readFileSync(join(security, id, "location"), "utf8"));
}
