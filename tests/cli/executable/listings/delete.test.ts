import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { ours } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { plant } from "./plant.ts";
import { Twin } from "./twin.ts";

const LEFT = ["list", "--consider-checkpoints", "repo"];
const CHECK = ["check", "repo"];

/** BorgBackup 1.4 says how it ends when the user does not want it to go on. */
function withoutNews(text: string): string {
  return text.replace("Cancelled by user.\n", "");
}

describe("delete does what BorgBackup does", requirePeer("borg"), () => {
  let twin: Twin;
  before(() => {
    twin = new Twin();
    plant(twin.sandbox.path("tree"));
    twin.prepare(["init", "-e", "repokey", "repo"]);
    twin.prepare(["create", "--timestamp", "2024-05-02T03:04:05", "repo::a1", "tree"]);
    twin.prepare(["create", "--timestamp", "2024-03-02T03:04:05", "repo::a2", "tree/a", "tree/d/big"]);
    twin.prepare(["create", "--timestamp", "2024-04-02T03:04:05", "repo::b", "tree/d"]);
    twin.prepare(["create", "repo::c.checkpoint", "tree/a"]);
    twin.freeze();
  });
  after(() => twin.remove());

  for (
    const args of [
      ["repo::a1"],
      ["--stats", "--list", "repo::a1", "b", "a2", "a1"],
      ["--stats", "--list", "--iec", "-a", "a*", "repo"],
      ["--list", "--first", "1", "--sort-by", "name", "repo"],
      ["--list", "-c", "1", "--last", "2", "--save-space", "repo"],
      ["--stats", "repo::missing"],
      ["--stats", "-a", "nothing", "repo"],
      ["--list", "--force", "--stats", "repo", "a1", "missing"],
      ["--dry-run", "--list", "repo", "a1", "missing", "a1"],
      ["--dry-run", "--stats", "-a", "*", "repo"],
      ["--force", "--force", "--dry-run", "--list", "-v", "repo::a1", "missing"],
      ["--cache-only", "--list", "repo::a1"],
    ]
  ) it(args.join(" "), () => void twin.same(["delete", ...args], LEFT, CHECK, ["info", "repo"]));

  it("--force --force only takes archives off the list", () => {
    twin.same(["delete", "--force", "--force", "--list", "-s", "repo::a1", "missing", "b"], LEFT);
    twin.same(["delete", "--force", "--force", "repo::missing"], LEFT);
  });

  it("--quick-stats leaves out what the whole repository holds", () => {
    const run = (...args: string[]) => twin.sandbox.run(ours, ["delete", ...args], { base: twin.base });
    twin.same(LEFT);
    const { stderr } = run("--quick-stats", "repo::a1");
    assert.match(stderr, /^-{78}\n +Original size .*\nDeleted data: .*-.*-.*-.*\n-{78}\n$/);
  });

  for (
    const [answer, ...args] of [
      ["NO", "repo"],
      ["yes", "--list", "repo"],
      ["", "--dry-run", "--sort-by", "name", "repo"],
      ["YES", "--dry-run", "-v", "repo"],
      ["YES", "--dry-run", "-v", "--keep-security-info", "--list", "repo"],
    ]
  ) {
    it(`asks before it deletes the repository: ${[answer, ...args].join(" ")}`, () => {
      twin.sameBut({ input: `${answer}\n`, edit: withoutNews }, ["delete", ...args!], LEFT);
    });
  }

  for (
    const [variable, ...args] of [
      ["YES", "-v", "repo"],
      ["YES", "--keep-security-info", "--log-json", "repo"],
      ["NO", "--force", "-v", "repo"],
      ["NO", "--cache-only", "-v", "repo"],
      ["NO", "--cache-only", "--dry-run", "-v", "repo"],
    ]
  ) {
    it(`deletes the repository: ${[variable, ...args].join(" ")}`, () => {
      const env = { BORG_DELETE_I_KNOW_WHAT_I_AM_DOING: variable! };
      const gone = !args.includes("--cache-only");
      twin.sameBut({ env }, ["delete", ...args]);
      assert.equal(existsSync(twin.sandbox.path("repo")), !gone);
      const kept = readdirSync(`${twin.base}/.config/borg/security`).length > 0;
      assert.equal(kept, !gone || args.includes("--keep-security-info"));
      const caches = readdirSync(`${twin.base}/.cache/borg`).filter((name) => name.length === 64);
      assert.equal(caches.length, args.includes("--dry-run") ? 1 : 0);
    });
  }
});
