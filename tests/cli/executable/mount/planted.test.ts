import assert from "node:assert/strict";
import { lstatSync, opendirSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Item } from "../../../../src/archive/item.ts";
import { ours, Sandbox } from "../../../interop/harness.ts";
import { requirePeer, requireRoot } from "../../../interop/requirements.ts";
import { MountPoint, shell } from "./mounted.ts";
import { PLAIN, plantArchive } from "./plant_archive.ts";

const CROWD = 50_000;

const ODD: readonly Item[] = [
  { ...PLAIN, path: "../above" },
  { ...PLAIN, path: "folder/../../above" },
  { ...PLAIN, path: "/absolute" },
  { ...PLAIN, path: "./here/./too" },
  { ...PLAIN, path: "nul\0in/it" },
  { ...PLAIN, path: "x".repeat(255) },
  { ...PLAIN, path: `long/${"y".repeat(1000)}` },
  { ...PLAIN, path: "z".repeat(1025) },
  { ...PLAIN, path: "z".repeat(70_000) },
  { ...PLAIN, path: "twice" },
  { ...PLAIN, path: "twice", mtime: 5_000_000_000n },
  { ...PLAIN, path: "file-then-folder" },
  { ...PLAIN, path: "file-then-folder", mode: 0o040700 },
  { ...PLAIN, path: "file-then-folder/below" },
  { ...PLAIN, path: "folder-then-file/below" },
  { ...PLAIN, path: "folder-then-file" },
  { ...PLAIN, path: "socket", mode: 0o140600 },
  { ...PLAIN, path: "no-type", mode: 0o600 },
  { ...PLAIN, path: "old", mtime: -1n },
  { ...PLAIN, path: "far", mtime: 1n << 62n },
  { ...PLAIN, path: "too-long", size: 1 },
  { ...PLAIN, path: "link", mode: 0o120777, source: "../../etc/passwd" },
  { ...PLAIN, path: "no-target", mode: 0o120777 },
  { ...PLAIN, path: "many-links", hardlinkMaster: true },
  { ...PLAIN, path: "orphan", source: "nowhere" },
];

describe("an archive that create would not make, mounted", { ...requireRoot(), ...requirePeer("fusermount3") }, () => {
  const sandbox = new Sandbox();
  const repository = sandbox.path("repo");

  before(async () => {
    sandbox.succeed(ours, ["init", "-e", "none", repository]);
    await plantArchive(repository, "odd", ODD);
    await plantArchive(repository, "crowd", crowd());
    await plantArchive(repository, "good", [{ ...PLAIN, path: "f" }]);
  });
  after(() => sandbox.remove());

  function* crowd(): Generator<Item> {
    for (let i = 0; i < CROWD; i++) yield { ...PLAIN, path: `crowd/file ${i}`, size: 0, chunks: [] };
  }

  it("shows what can be shown, nowhere but in its directory, and says that something is left out", async () => {
    const point = new MountPoint(sandbox);
    const text = await point.inForeground(repository, [], (path) => {
      const names = readdirSync(join(path, "odd")).sort();
      assert.deepEqual(names, [
        "absolute",
        "far",
        "file-then-folder",
        "folder-then-file",
        "here",
        "link",
        "long",
        "many-links",
        "no-target",
        "no-type",
        "old",
        "orphan",
        "socket",
        "too-long",
        "twice",
        "x".repeat(255),
      ]);
      const stat = (name: string) => lstatSync(join(path, "odd", name), { bigint: true });
      assert.deepEqual(readdirSync(join(path, "odd/here")), ["too"]);
      assert.deepEqual(readdirSync(join(path, "odd/file-then-folder")), ["below"]);
      assert.equal(stat("file-then-folder").mode, 0o040700n);
      assert.ok(stat("folder-then-file").isFile());
      assert.equal(stat("twice").mtimeNs, 5_000_000_000n);
      assert.ok(stat("socket").isSocket());
      assert.deepEqual([stat("old").mtimeNs, stat("far").mtimeNs], [-1n, 1n << 62n]);
      assert.equal(stat("orphan").size, 0n);
      assert.equal(readFileSync(join(path, "odd/orphan"), "utf8"), "");
      assert.equal(readlinkSync(join(path, "odd/link")), "../../etc/passwd");
      assert.throws(() => readlinkSync(join(path, "odd/no-target")), { code: "EIO" });
      assert.throws(() => readFileSync(join(path, "odd/too-long")), { code: "EIO" });
      assert.deepEqual(readdirSync(path).sort(), ["crowd", "good", "odd"]);
      assert.deepEqual(readdirSync(join(path, "good")), ["f"]);
    });
    assert.match(text, /odd: .*such a name: 5/);
  });

  it("lists a crowded directory from any place in it", async () => {
    await new MountPoint(sandbox).within(`${repository}::crowd`, [], (path) => {
      assert.equal(shell(path, "ls -f crowd | wc -l").trim(), String(CROWD + 2));
      assert.equal(shell(path, "find . -newermt 2023-11-14 -name '*99' | wc -l").trim(), String(CROWD / 100));
      const directory = opendirSync(join(path, "crowd"), { bufferSize: 1 });
      assert.match(directory.readSync()!.name, /^file \d+$/);
      directory.closeSync();
    });
  });
});
