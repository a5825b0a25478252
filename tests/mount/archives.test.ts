import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ArchiveMetadata } from "../../src/archive/archive.ts";
import type { Item } from "../../src/archive/item.ts";
import { toHex } from "../../src/encoding/bytes.ts";
import { encodeText } from "../../src/encoding/path.ts";
import { IntegrityError } from "../../src/errors.ts";
import { Archives, type Mountable, UnshowableItems } from "../../src/mount/archives.ts";
import { ObjectNotFound } from "../../src/repository/errors.ts";
import { DIRECTORY, emptyTree, FOLDER, item, listTree, VIEW } from "./fixtures.ts";
import { memoryObjects, storeItems } from "./stored_items.ts";

class Shelf {
  readonly tree = emptyTree();
  readonly store = memoryObjects();
  readonly problems: [unknown, string | undefined][] = [];
  readonly archives = new Archives(this.store.objects, this.tree, VIEW, (...problem) => this.problems.push(problem));
  /** How often an archive's metadata was asked for. */
  loads = 0;

  async archive(name: string, items: readonly Item[]): Promise<Mountable & { ids: Uint8Array[] }> {
    const ids = await storeItems(this.store.objects, items, 50);
    const metadata = { name, items: ids, cmdline: [], time: "" } satisfies ArchiveMetadata;
    return { name, ids, load: () => (this.loads++, Promise.resolve(metadata)) };
  }

  node(path: string): number {
    return listTree(this.tree).get(path) ?? assert.fail(`${path} is not there`);
  }
}

describe("Archives", () => {
  it("reads an archive once, when somebody looks", async () => {
    const shelf = new Shelf();
    for (const name of ["one", "two"]) {
      shelf.archives.announce(await shelf.archive(name, [item("d", FOLDER), item(`d/${name}`)]), DIRECTORY);
    }
    assert.deepEqual([...listTree(shelf.tree).keys()], ["one", "two"]);
    assert.equal(shelf.loads, 0);
    const one = shelf.node("one");
    assert.equal(shelf.archives.awaited(one), "one");
    await Promise.all([shelf.archives.ready(one), shelf.archives.ready(one)]);
    assert.equal(shelf.loads, 1);
    assert.deepEqual([shelf.archives.ready(one), shelf.archives.awaited(one)], [undefined, undefined]);
    assert.equal(shelf.archives.ready(1), undefined, "there was nothing to read");
    assert.deepEqual([...listTree(shelf.tree).keys()], ["one", "one/d", "one/d/one", "two"]);
  });

  it("knows the items of nodes", async () => {
    const shelf = new Shelf();
    shelf.archives.announce(await shelf.archive("one", [item("x/a"), item("x/b")]), DIRECTORY);
    await shelf.archives.ready(shelf.node("one"));
    assert.equal((await shelf.archives.itemOf(shelf.node("one/x/b")))?.path, "x/b");
    assert.equal(shelf.archives.itemOf(shelf.node("one/x")), undefined);
    assert.equal(shelf.archives.itemOf(1), undefined);
  });

  it("says of an archive that cannot be read why, each time, and reads it no more", async () => {
    const shelf = new Shelf();
    const broken = { name: "broken", load: () => (shelf.loads++, Promise.reject(new IntegrityError("not authentic"))) };
    shelf.archives.announce(broken, DIRECTORY);
    const sound = await shelf.archive("sound", [item("a")]);
    shelf.archives.announce(sound, DIRECTORY);
    for (let i = 0; i < 2; i++) await assert.rejects(shelf.archives.ready(shelf.node("broken"))!, IntegrityError);
    assert.equal(shelf.loads, 1);
    assert.equal(shelf.archives.awaited(shelf.node("broken")), "broken");
    await shelf.archives.ready(shelf.node("sound"));
    assert.ok(shelf.node("sound/a"));
  });

  it("does not take items twice when some are missing", async () => {
    const shelf = new Shelf();
    const archive = await shelf.archive("cut", Array.from({ length: 20 }, (_, i) => item(`f${i}`)));
    shelf.store.repository.objects.delete(toHex(archive.ids.at(-1)!));
    shelf.archives.announce(archive, DIRECTORY);
    for (let i = 0; i < 3; i++) await assert.rejects(shelf.archives.ready(shelf.node("cut"))!, ObjectNotFound);
    const nodes = [...listTree(shelf.tree).values()];
    assert.ok(Math.max(...nodes) <= 22, "no node was made for nothing");
  });

  it("tells how many items cannot be shown", async () => {
    const shelf = new Shelf();
    await shelf.archives.readIntoRoot(await shelf.archive("odd", [item("../a"), item("b"), item("c/../d")]));
    assert.deepEqual([...listTree(shelf.tree).keys()], ["b"]);
    const [[error, subject]] = shelf.problems as [[UnshowableItems, string]];
    assert.ok(error instanceof UnshowableItems);
    assert.deepEqual([error.count, subject], [2, "odd"]);
  });

  it("leaves out an archive whose name no directory can have", async () => {
    const shelf = new Shelf();
    for (const name of ["..", "a/b", "good"]) shelf.archives.announce(await shelf.archive(name, []), DIRECTORY);
    assert.deepEqual([...listTree(shelf.tree).keys()], ["good"]);
    assert.deepEqual(shelf.problems.map(([, subject]) => subject), ["..", "a/b"]);
    assert.equal(shelf.tree.find(1, encodeText("..")), 0);
  });

  it("describes the root by an archive's own only when that is all there is", async () => {
    const shelf = new Shelf();
    shelf.archives.announce(await shelf.archive("one", [item(".", 0o040700)]), DIRECTORY);
    await shelf.archives.ready(shelf.node("one"));
    assert.equal(shelf.tree.nodes.mode[shelf.node("one")], DIRECTORY.mode);
    await shelf.archives.readIntoRoot(await shelf.archive("two", [item(".", 0o040700)]));
    assert.equal(shelf.tree.nodes.mode[1], 0o040700);
  });
});
