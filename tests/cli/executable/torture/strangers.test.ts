import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Item } from "../../../../src/archive/item.ts";
import { environment, ours, type Program, Sandbox, theirs } from "../../../interop/harness.ts";
import { requirePeer, requireRoot } from "../../../interop/requirements.ts";
import { plantArchive } from "./hostile_repository.ts";

const NOBODY = "65534";
const COPY = { recursive: true, preserveTimestamps: true };

/** What root has archived, or says so. */
function items(id: Uint8Array): Item[] {
  const chunks = [{ id, size: 4, csize: 10 }];
  const item = (path: string, mode: number, more: Partial<Item> = {}): Item => {
    return { path, mode, uid: 0, gid: 0, user: "root", group: "root", mtime: 1_700_000_000_000_000_000n, ...more };
  };
  return [
    item("setuid", 0o104755, { chunks, size: 4 }),
    item("setgid", 0o102755, { chunks, size: 4 }),
    item("sticky", 0o41777),
    item("null", 0o20666, { rdev: 0x103n }),
    item("disk", 0o60660, { rdev: 0x800n }),
    item("fifo", 0o10644),
    item("link", 0o120777, { source: "/etc/passwd" }),
    item("good", 0o100644, { chunks, size: 4 }),
  ];
}

describe(
  "an archive of root's that somebody else extracts",
  { ...requireRoot(), ...requirePeer("borg", "setpriv") },
  () => {
    const sandbox = new Sandbox();
    const repository = sandbox.path("repo");

    before(async () => {
      chmodSync(sandbox.root, 0o755);
      sandbox.succeed(ours, ["init", "-e", "none", repository]);
      await plantArchive(repository, "a", async (store) => items(await store(new TextEncoder().encode("evil"))));
    });
    after(() => sandbox.remove());

    /** What is there afterwards, and what was said. */
    function extract(program: Program) {
      const home = sandbox.folder(`home-${program.name}`);
      cpSync(repository, join(home, "repo"), COPY);
      sandbox.folder(`home-${program.name}`, "into");
      spawnSync("chown", ["-R", `${NOBODY}:${NOBODY}`, home]);
      const drop = ["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", program.path];
      const { status, stderr } = spawnSync("setpriv", [...drop, "extract", "../repo::a"], {
        cwd: join(home, "into"),
        env: { ...environment(home), BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: "yes" },
        encoding: "utf8",
      });
      const found = readdirSync(join(home, "into")).sort().map((name) => {
        const { mode, uid } = lstatSync(join(home, "into", name));
        return `${name} ${mode.toString(8)} ${uid}`;
      });
      return { status, stderr, found };
    }

    it("gives no device nodes and nothing that runs as root, as with BorgBackup, and all the rest", () => {
      const mine = extract(ours);
      assert.equal(mine.status, 1, mine.stderr);
      for (const name of ["null", "disk"]) assert.match(mine.stderr, new RegExp(`^${name}: .*not permitted`, "m"));
      assert.deepEqual(mine.found.filter((line) => /^(null|disk) |\b0$/.test(line)), []);
      assert.equal(readFileSync(join(sandbox.path("home-ours"), "into", "good"), "utf8"), "evil");
      const other = extract(theirs);
      assert.deepEqual([mine.status, mine.found], [other.status, other.found]);
    });
  },
);

describe("a repository that somebody has exchanged", requirePeer("borg"), () => {
  const sandbox = new Sandbox();
  const base = sandbox.folder("base");
  const path = sandbox.path("repo");

  before(() => {
    writeFileSync(join(sandbox.folder("source"), "file"), "contents");
    for (const mode of ["repokey", "keyfile"]) {
      for (const name of ["mine", "other"]) {
        sandbox.succeed(ours, ["init", "-e", mode, "repo"], { base });
        sandbox.succeed(ours, ["create", "repo::a", "source"], { base });
        cpSync(path, sandbox.path(`${mode}-${name}`), COPY);
        rmSync(path, { recursive: true });
      }
    }
  });
  after(() => sandbox.remove());

  function configOf(name: string): string {
    return readFileSync(join(sandbox.path(name), "config"), "utf8");
  }

  /** Puts `name` in its place, with another configuration, and lets both programs look. */
  function outcome(name: string, config: string, args: readonly string[]) {
    const [mine, other] = [ours, theirs].map((program) => {
      rmSync(path, { recursive: true, force: true });
      cpSync(sandbox.path(name), path, COPY);
      writeFileSync(join(path, "config"), config);
      const own = sandbox.path("own");
      rmSync(own, { recursive: true, force: true });
      cpSync(base, own, COPY);
      const { status, stderr } = sandbox.run(program, args, { base: own });
      return { status, said: stderr.split("\n").filter((line) => /^\w/.test(line) && !line.includes("Traceback"))[0] };
    });
    return { mine: mine!, other: other! };
  }

  /** Where BorgBackup 1.2 breaks down, it is enough that we do not. */
  function assertRefused({ mine, other }: ReturnType<typeof outcome>): void {
    assert.equal(mine.status, 2, mine.said);
    assert.equal(mine.status, other.status);
    if (other.said !== "Local Exception") assert.equal(mine.said, other.said);
    else assert.match(mine.said ?? "", /^Data integrity error: /);
  }

  const ID = /^id = .*$/m;
  for (const mode of ["repokey", "keyfile"]) {
    for (const args of [["list", "repo"], ["extract", "--dry-run", "repo::a"], ["create", "repo::b", "source"]]) {
      it(`by giving it the id of another one is refused: ${mode}, ${args[0]}`, () => {
        const id = ID.exec(configOf(`${mode}-other`))![0];
        assertRefused(outcome(`${mode}-mine`, configOf(`${mode}-mine`).replace(ID, id), args));
      });
    }
  }

  it("by putting the key of another one in is refused", () => {
    const id = ID.exec(configOf("repokey-mine"))![0];
    assertRefused(outcome("repokey-mine", configOf("repokey-other").replace(ID, id), ["list", "repo"]));
  });

  it("by taking its key away is refused", () => {
    const config = configOf("repokey-mine").replace(/^key = [^]*/m, "");
    assertRefused(outcome("repokey-mine", config, ["list", "repo"]));
  });
});
