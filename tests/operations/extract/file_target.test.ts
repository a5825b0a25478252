import assert from "node:assert/strict";
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Item } from "../../../src/archive/item.ts";
import { PatternMatcher } from "../../../src/selection/matcher.ts";
import type { ChunkReader, ChunkRequest } from "../../../src/operations/chunk_reader.ts";
import { Attributes } from "../../../src/operations/extract/attributes.ts";
import { Destination } from "../../../src/operations/extract/destination.ts";
import { Extraction } from "../../../src/operations/extract/extract.ts";
import { FileTarget } from "../../../src/operations/extract/file_target.ts";
import { StreamTarget } from "../../../src/operations/extract/stream_target.ts";
import { readlink } from "../../../src/platform/links.ts";
import { withTemporary } from "../../platform/temporary.ts";
import { RecordingReporter } from "../recording_reporter.ts";

const FILE = 0o100640;
const FOLDER = 0o40750;
const LINK = 0o120777;

/** Every chunk is as many bytes as its size says, all of them the first byte of its id. */
const READER = {
  async request(requests: readonly ChunkRequest[]): Promise<void> {
    for (const request of requests) await request.receive(new Uint8Array(request.size).fill(request.id[0]!));
  },
  drain: () => Promise.resolve(),
} as unknown as ChunkReader;

function item(path: string, mode: number, change: Partial<Item> = {}): Item {
  const mtime = 1_000_000_000_000_000_000n;
  return { path, mode, uid: 0, gid: 0, user: null, group: null, mtime, ...change };
}

function file(path: string, sizes: readonly number[] = [3], change: Partial<Item> = {}): Item {
  const chunks = sizes.map((size, i) => ({ id: new Uint8Array(32).fill(i), size, csize: size }));
  return item(path, FILE, { chunks, ...change });
}

async function* batches(items: readonly Item[]): AsyncGenerator<Item[]> {
  yield [...items];
  await Promise.resolve();
}

async function extract(
  root: string,
  items: readonly Item[],
  { sparse = false, strip = 0, wanted = [] as string[] } = {},
) {
  const reporter = new RecordingReporter();
  const attributes = new Attributes({ numericIds: false, flags: true, acls: true, xattrs: true }, reporter);
  const target = new FileTarget(new Destination(root), attributes, sparse);
  const options = { matcher: PatternMatcher.forArchive([], wanted), stripComponents: strip, considerParts: false };
  await new Extraction(READER, target, options, reporter, () => {}).run(batches(items));
  return reporter;
}

describe("extracted files", () => {
  it("have contents, modes and times; directories get theirs last", () =>
    withTemporary(async (root) => {
      const { warnings } = await extract(root, [
        item("d", FOLDER),
        file("d/f", [2, 3]),
        file("d/empty", []),
        item("d/s", LINK, { source: "anything \udcff" }),
        item("d/h", FILE, { source: "d/f" }),
        item("d/p", 0o10600),
      ]);
      assert.deepEqual(warnings, []);
      assert.deepEqual([...readFileSync(join(root, "d/f"))], [0, 0, 1, 1, 1]);
      assert.equal(statSync(join(root, "d/f")).ino, statSync(join(root, "d/h")).ino);
      assert.equal(statSync(join(root, "d/f")).mode, FILE);
      assert.equal(statSync(join(root, "d")).mode, FOLDER);
      assert.equal(statSync(join(root, "d")).mtimeMs, 1e12);
      assert.equal(statSync(join(root, "d/empty")).size, 0);
      assert.equal(readlink(join(root, "d/s")), "anything \udcff");
      assert.ok(lstatSync(join(root, "d/p")).isFIFO());
    }));

  it("have holes when that is asked for, at their ends too", () =>
    withTemporary(async (root) => {
      const sizes = [1 << 20, 10, 1 << 20];
      const zeroAtEnd = file("f", sizes);
      zeroAtEnd.chunks![2]!.id.fill(0);
      await extract(root, [zeroAtEnd], { sparse: true });
      const { size, blocks } = statSync(join(root, "f"));
      assert.equal(size, (2 << 20) + 10);
      assert.ok(blocks * 512 < 1 << 20, `${blocks} blocks`);
      assert.equal(readFileSync(join(root, "f")).filter((byte) => byte === 1).length, 10);
    }));

  it("take the place of what is there, unless that is a full directory", () =>
    withTemporary(async (root) => {
      mkdirSync(join(root, "file/full"), { recursive: true });
      mkdirSync(join(root, "hollow"));
      writeFileSync(join(root, "outside"), "untouched");
      symlinkSync("outside", join(root, "link"));
      symlinkSync("hollow", join(root, "d"));
      const { warnings } = await extract(root, [
        file("link"),
        file("hollow"),
        file("file"),
        item("d", FOLDER),
        file("d/x"),
      ]);
      assert.deepEqual(warnings, ["BackupOSError file"]);
      assert.equal(readFileSync(join(root, "outside"), "utf8"), "untouched");
      assert.ok(lstatSync(join(root, "link")).isFile() && lstatSync(join(root, "d")).isDirectory());
      assert.ok(lstatSync(join(root, "hollow")).isFile());
    }));

  it("never leave the directory", () =>
    withTemporary(async (parent) => {
      const root = join(parent, "root");
      mkdirSync(root);
      mkdirSync(join(parent, "outside"));
      writeFileSync(join(parent, "outside/secret"), "secret");
      symlinkSync("../outside", join(root, "way"));
      const reporter = await extract(root, [
        file("../escaped"),
        file("/absolute"),
        file("a/../../escaped"),
        file("way/written"),
        item("way/folder", FOLDER),
        item("stolen", FILE, { source: "../outside/secret" }),
        item("stolen2", FILE, { source: "way/secret" }),
        item("stolen3", FILE, { source: "/etc/passwd" }),
        item("trap", LINK, { source: "../outside" }),
        file("trap/written"),
        file("good"),
      ]);
      assert.deepEqual(reporter.warnings.map((warning) => warning.split(" ")[0]), [
        "BackupPathTraversalError",
        "BackupPathTraversalError",
        "BackupPathTraversalError",
        "BackupSymlinkParentError",
        "BackupSymlinkParentError",
        "BackupHardlinkSourceError",
        "BackupHardlinkSourceError",
        "BackupHardlinkSourceError",
        "BackupSymlinkParentError",
      ]);
      assert.deepEqual(readdirSync(parent).sort(), ["outside", "root"]);
      assert.deepEqual(readdirSync(join(parent, "outside")), ["secret"]);
      assert.deepEqual(readdirSync(root).sort(), ["good", "trap", "way"]);
    }));

  it("are not written through a link that took the place of a directory that was extracted before", () =>
    withTemporary(async (root) => {
      mkdirSync(join(root, "outside"));
      const { warnings } = await extract(root, [
        item("d", FOLDER),
        item("d", LINK, { source: "outside" }),
        file("d/x"),
      ]);
      assert.deepEqual(warnings, ["BackupSymlinkParentError d/x"]);
      assert.equal(statSync(join(root, "outside")).mode & 0o777, 0o777 & ~umask(root));
      assert.deepEqual(readdirSync(join(root, "outside")), []);
    }));

  it("take the place of what the same run has made, as what was there before", () =>
    withTemporary(async (root) => {
      mkdirSync(join(root, "outside"));
      const { warnings } = await extract(root, [
        item("d", FOLDER),
        file("d/twice", [3]),
        file("d/twice", [5]),
        item("d/link", LINK, { source: "../outside" }),
        file("d/link", [2]),
        item("d/way", FOLDER),
        item("d/way", LINK, { source: "../outside" }),
        file("d/way/x"),
        item("d/empty", FOLDER),
        file("d/empty"),
        item("d/full", FOLDER),
        file("d/full/x"),
        file("d/full"),
        item("d/full", FOLDER),
      ]);
      assert.deepEqual(warnings, ["BackupSymlinkParentError d/way/x", "BackupOSError d/full"]);
      assert.deepEqual(["twice", "link", "empty"].map((name) => lstatSync(join(root, "d", name)).size), [5, 2, 3]);
      assert.deepEqual(readdirSync(join(root, "outside")), []);
      assert.deepEqual(readdirSync(join(root, "d/full")), ["x"]);
      assert.equal(statSync(join(root, "d/full")).mode & 0o777, FOLDER & 0o777);
    }));

  it("are links of one another when only some of them are extracted", () =>
    withTemporary(async (root) => {
      const items = [
        file("a", [3], { hardlinkMaster: true }),
        item("b", FILE, { source: "a" }),
        item("c", FILE, { source: "a" }),
      ];
      await extract(root, items, { wanted: ["b", "c"] });
      assert.deepEqual(readdirSync(root).sort(), ["b", "c"]);
      assert.equal(statSync(join(root, "b")).ino, statSync(join(root, "c")).ino);
      assert.equal(statSync(join(root, "b")).size, 3);
    }));

  it("lose leading components; what has no more is left out", () =>
    withTemporary(async (root) => {
      const items = [item("a", FOLDER), file("a/f"), file("a/b/g"), item("a/b/h", FILE, { source: "a/b/g" })];
      const { list } = await extract(root, items, { strip: 2 });
      assert.deepEqual(readdirSync(root).sort(), ["g", "h"]);
      assert.deepEqual(list, ["g", "h"]);
      assert.equal(statSync(join(root, "g")).ino, statSync(join(root, "h")).ino);
    }));

  it("are reported when they are not as long as they should be, or were repaired with zeros", () =>
    withTemporary(async (root) => {
      const short = file("short", [3], { size: 4 });
      const healed = file("healed", [3], { size: 3, chunksHealthy: [] });
      const { warnings } = await extract(root, [short, healed, file("part", [3], { part: 1 })]);
      assert.deepEqual(warnings, ["BackupError short", "BackupError healed"]);
      assert.deepEqual(readdirSync(root).sort(), ["healed", "short"]);
    }));

  it("may be nothing but a stream", async () => {
    const reporter = new RecordingReporter();
    const written: number[] = [];
    const target = new StreamTarget((bytes) => void written.push(...bytes));
    const options = { matcher: PatternMatcher.forArchive([], ["no"]), stripComponents: 0, considerParts: false };
    const items = [file("../x", [1, 2]), file("no", [2, 1]), item("no/d", FOLDER), file("no/y", [1], { size: 9 })];
    await new Extraction(READER, target, options, reporter, () => {}).run(batches(items));
    assert.deepEqual(written, [0, 0, 1, 0]);
    assert.deepEqual(reporter.warnings, ["BackupError no/y"]);
    assert.deepEqual(reporter.list, ["no", "no/d", "no/y"]);
  });

  it("are left as they are when the run must stop", () =>
    withTemporary(async (root) => {
      const stop = new Error("stop");
      const target = new FileTarget(
        new Destination(root),
        new Attributes({ numericIds: true, flags: false, acls: false, xattrs: false }, new RecordingReporter()),
        false,
      );
      let checks = 0;
      const options = { matcher: new PatternMatcher(true), stripComponents: 0, considerParts: false };
      const check = () => {
        if (++checks > 2) throw stop;
      };
      const run = new Extraction(READER, target, options, new RecordingReporter(), check).run(
        batches([file("f", [5, 5, 5])]),
      );
      await assert.rejects(run, stop);
      assert.equal(statSync(join(root, "f")).size, 5);
    }));
});

/** The bits that new directories lack here. */
function umask(folder: string): number {
  const probe = join(folder, "probe");
  mkdirSync(probe);
  const mode = statSync(probe).mode & 0o777;
  rmSync(probe, { recursive: true });
  return 0o777 & ~mode;
}
