import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { loadArchive } from "../../src/archive/archive.ts";
import { ArchiveAlreadyExists, ArchiveDoesNotExist } from "../../src/archive/errors.ts";
import { toHex } from "../../src/encoding/bytes.ts";
import { renameArchive } from "../../src/operations/rename.ts";
import { file } from "../archive/items.ts";
import { entriesOf } from "../cache/open_cache.ts";
import { Stage } from "./stage.ts";

describe("renaming an archive", () => {
  let stage: Stage;
  beforeEach(() => {
    stage = new Stage();
  });
  afterEach(() => stage.remove());

  it("writes its metadata anew and keeps all else", async () => {
    await stage.archive("a", [[file("x", [await stage.chunk("content")])]], {
      comment: "remark",
      extra: new Map([["k", 1]]),
    });
    const before = stage.manifest.entry("a");
    const { metadata } = await loadArchive(stage.objects, before.id);
    const objects = stage.repository.objects.size;
    await stage.use(async (cached) => {
      await renameArchive(stage.host, cached, "a", "b");
      assert.equal(cached.cache.isCurrent, true, "committed");
      const entries = entriesOf(cached.cache);
      assert.equal(entries.filter((entry) => entry.startsWith(toHex(before.id))).length, 0);
      assert.equal(entries.filter((entry) => entry.startsWith(toHex(cached.manifest.entry("b").id))).length, 1);
    });
    const after = stage.manifest.entry("b");
    const renamed = await loadArchive(stage.objects, after.id);
    assert.deepEqual(renamed.metadata, { ...metadata, name: "b" });
    assert.equal(renamed.tam, "verified");
    assert.equal(after.time, before.time);
    assert.deepEqual([...stage.manifest.archives.keys()], ["b"]);
    assert.equal(stage.repository.objects.size, objects + 1, "the manifest is new, the old metadata gone");
  });

  it("changes nothing when there is no such archive or the name is taken", async () => {
    for (const name of ["a", "b"]) await stage.archive(name, [[file("x")]]);
    await stage.use(async (cached) => {
      const { size } = stage.repository.objects;
      await assert.rejects(renameArchive(stage.host, cached, "c", "b"), ArchiveDoesNotExist);
      for (const name of ["a", "b"]) {
        await assert.rejects(renameArchive(stage.host, cached, "a", name), ArchiveAlreadyExists);
      }
      assert.deepEqual([...stage.manifest.archives.keys()], ["a", "b"]);
      assert.equal(stage.repository.objects.size, size);
    });
  });
});
