import assert from "node:assert/strict";
import {
  closeSync,
  cpSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ours, Sandbox } from "../../../interop/harness.ts";
import { requirePeer, requireRoot } from "../../../interop/requirements.ts";
import { type ArchiveIds, DamagedRepository, noise } from "../check/damaged_repository.ts";
import { MountPoint } from "./mounted.ts";

const PARAMS = ["--chunker-params", "buzhash,12,16,14,4095", "-C", "none"];
const CONSENT = { BORG_CHECK_I_KNOW_WHAT_I_AM_DOING: "YES" };

describe("a mounted repository with damage", { ...requireRoot(), ...requirePeer("borg", "fusermount3") }, () => {
  const sandbox = new Sandbox();
  const sound = new DamagedRepository(sandbox, sandbox.path("sound"));
  const large = noise(300_000);
  let one: ArchiveIds;

  before(() => {
    const tree = sandbox.folder("source", "tree");
    writeFileSync(join(tree, "large"), large);
    writeFileSync(join(tree, "small"), "small\n");
    sandbox.succeed(ours, ["init", "-e", "repokey-blake2", sound.path]);
    for (const name of ["one", "two"]) {
      writeFileSync(join(tree, name), name);
      sandbox.succeed(ours, ["create", ...PARAMS, `${sound.path}::${name}`, "tree"], { cwd: sandbox.path("source") });
    }
    // Programs that only read it may not have a cache: it knows nothing of the damage.
    cpSync(sandbox.path("base-ours", ".config"), sandbox.path("base-theirs", ".config"), { recursive: true });
    one = sound.ids("one");
  });
  after(() => sandbox.remove());

  function damaged(damage: (repository: DamagedRepository) => void): DamagedRepository {
    const repository = sound.copyTo(sandbox.path("repo"));
    rmSync(sandbox.path("base-ours", ".cache"), { recursive: true, force: true });
    damage(repository);
    return repository;
  }

  const chunks = () => one.files.get("tree/large")!;
  const unreadable = (path: string) => assert.throws(() => readFileSync(path), { code: "EIO" }, path);

  function readStart(path: string, length: number): Buffer {
    const start = Buffer.alloc(length);
    const file = openSync(path, "r");
    try {
      assert.equal(readSync(file, start, 0, length, 0), length);
      return start;
    } finally {
      closeSync(file);
    }
  }

  for (
    const [what, damage, message] of [
      ["is missing", "strike", /tree\/large: .*not found/],
      ["is not authentic", "spoil", /tree\/large: .*[Ii]ntegrity/],
    ] as const
  ) {
    it(`fails where a chunk ${what}, says so, and reads everything else`, async () => {
      const repository = damaged((repository) => repository[damage](chunks()[2]!));
      const point = new MountPoint(sandbox);
      await point.inForeground(repository.path, [], async (path, { said }) => {
        unreadable(join(path, "one/tree/large"));
        await said(message);
        unreadable(join(path, "two/tree/large"));
        assert.equal(readFileSync(join(path, "one/tree/small"), "utf8"), "small\n");
        assert.deepEqual(readStart(join(path, "one/tree/large"), 1000), large.subarray(0, 1000), "what comes before");
      });
    });
  }

  it("refuses a repaired file unless it is allowed, and shows zeros then", async () => {
    const repository = damaged((repository) => repository.strike(chunks()[1]!));
    const repaired = sandbox.run(ours, ["check", "--repair", repository.path], { env: CONSENT });
    assert.ok(repaired.status! < 2, repaired.stderr);
    const point = new MountPoint(sandbox);
    await point.inForeground(repository.path, [], async (path, { said }) => {
      assert.equal(readFileSync(join(path, "one/tree/small"), "utf8"), "small\n");
      unreadable(join(path, "one/tree/large"));
      await said(/tree\/large: .*allow_damaged_files/);
      assert.equal(statSync(join(path, "one/tree/large")).size, large.length, "it is there all the same");
    });
    await point.within(`${repository.path}::one`, [], (path) => unreadable(join(path, "tree/large")));
    await point.within(repository.path, ["-o", "allow_damaged_files"], (path) => {
      const shown = readFileSync(join(path, "one/tree/large"));
      assert.equal(shown.length, large.length);
      const zeroed = [...shown].flatMap((byte, i) => byte === large[i] ? [] : [i]);
      assert.ok(zeroed.length > 1000, "something is lost");
      const lost = shown.subarray(zeroed[0], zeroed.at(-1)! + 1);
      assert.ok(lost.every((byte) => byte === 0), "nothing but zeros is wrong");
    });
  });

  it("fails for an archive whose items are missing, and shows the other ones", async () => {
    const repository = damaged((repository) => repository.strike(one.items[0]!));
    const point = new MountPoint(sandbox);
    await point.inForeground(repository.path, [], async (path, { said }) => {
      assert.deepEqual(readdirSync(path), ["one", "two"]);
      for (let i = 0; i < 2; i++) assert.throws(() => readdirSync(join(path, "one")), { code: "EIO" });
      assert.throws(() => statSync(join(path, "one/tree")), { code: "EIO" });
      await said(/one: .*not found/);
      assert.equal(readFileSync(join(path, "two/tree/two"), "utf8"), "two");
    });
    const alone = point.mount(`${repository.path}::one`);
    assert.equal(alone.status, 2, "there is nothing else to show");
    assert.match(alone.stderr, /not found/);
  });

  it("fails for an archive that is not authentic, and shows the other ones", async () => {
    const repository = damaged((repository) => repository.spoil(one.id));
    const point = new MountPoint(sandbox);
    await point.inForeground(repository.path, [], async (path, { said }) => {
      assert.throws(() => readdirSync(join(path, "one")), { code: "EIO" });
      await said(/one: .*[Ii]ntegrity/);
      assert.equal(readFileSync(join(path, "two/tree/small"), "utf8"), "small\n");
    });
  });

  it("fails where a segment is damaged on the disk", async () => {
    const repository = damaged((repository) => {
      const { segment, offset } = repository.find(chunks()[3]!);
      repository.flip(repository.segment(segment), offset + 200, 8);
    });
    await new MountPoint(sandbox).inForeground(repository.path, [], (path) => {
      unreadable(join(path, "one/tree/large"));
      assert.equal(readFileSync(join(path, "one/tree/small"), "utf8"), "small\n");
    });
  });
});
