import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { decodeArchive, encodeArchive, loadArchive, looksLikeArchive, storedSums } from "../../src/archive/archive.ts";
import { packItem } from "../../src/archive/item_codec.ts";
import { ItemWriter } from "../../src/archive/item_stream.ts";
import { ItemSalvage } from "../../src/archive/salvage.ts";
import { signMetadata, tamSalt } from "../../src/crypto/tam.ts";
import { concat, toHex } from "../../src/encoding/bytes.ts";
import { decode, type Encodable, Packer } from "../../src/encoding/msgpack.ts";
import { displayText } from "../../src/encoding/path.ts";
import { MANIFEST_ID } from "../../src/repository/repository.ts";
import { MODE_NAMES } from "../crypto/material.ts";
import { type OpenRepository, openRepository, removeFolder, unpackFixtures } from "./fixture_repositories.ts";
import { itemsOf } from "./items_of.ts";

async function itemChunks({ objects }: OpenRepository, ids: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of objects.readMany(ids)) chunks.push(chunk);
  return chunks;
}

describe("the repositories that BorgBackup 1.4.5 wrote", () => {
  let folder: string;
  before(() => void (folder = unpackFixtures()));
  after(() => removeFolder(folder));

  for (const mode of MODE_NAMES) {
    it(`are decoded and encoded again to the same bytes: ${mode}`, async () => {
      const open = await openRepository(join(folder, mode));
      try {
        await checkManifest(open);
        for (const name of open.manifest.archives.keys()) await checkArchive(open, name);
      } finally {
        await open.repository.close();
      }
    });
  }

  it("hold the items that BorgBackup lists", async () => {
    const open = await openRepository(join(folder, "repokey"));
    const { metadata } = await loadArchive(open.objects, open.manifest.entry("lz4").id);
    const items = await itemsOf(await itemChunks(open, metadata.items));
    await open.repository.close();
    const lines = readFileSync(new URL("../fixtures/borg-1.4.5/repokey.list.jsonl", import.meta.url), "utf8").trim()
      .split("\n");
    const listed = lines.map((line) => JSON.parse(line));
    assert.deepEqual(items.map((item) => displayText(item.path)), listed.map((item) => item.path));
    assert.deepEqual(items.map((item) => item.uid), listed.map((item) => item.uid));
    assert.deepEqual(items.map((item) => item.chunks?.length ?? 0), listed.map((item) => Number(item.num_chunks)));
    assert.equal(metadata.comment, "fixture é");
    assert.equal(metadata.time, "2024-02-03T04:05:06.000000");
    assert.equal(
      storedSums(metadata)!.size,
      items.filter((item) => item.chunks).reduce((sum, item) => sum + item.size!, 0),
    );
  });
});

async function checkManifest({ objects, manifest }: OpenRepository): Promise<void> {
  const plaintext = await objects.read(MANIFEST_ID);
  const fields = decode(plaintext) as Map<string, Encodable>;
  const salt = tamSalt(decode(plaintext))!;
  assert.deepEqual(signMetadata(objects.material, "manifest", fields, salt), Uint8Array.from(plaintext));
  assert.equal(manifest.tam, "verified");
  assert.equal(manifest.archives.size, 9);
}

async function checkArchive(open: OpenRepository, name: string): Promise<void> {
  const { objects, manifest } = open;
  const { id } = manifest.entry(name);
  const plaintext = await objects.read(id);
  const { metadata, tam, salt } = await loadArchive(objects, id, { required: true });
  assert.equal(metadata.name, name);
  assert.equal(tam, "verified");
  assert.equal(toHex(encodeArchive(objects.material, decodeArchive(plaintext), salt)), toHex(plaintext));
  assert.equal(looksLikeArchive(plaintext), true);
  await checkItems(open, metadata.items);
}

/** Every item and every cut of the stream come out as they were. */
async function checkItems(open: OpenRepository, ids: readonly Uint8Array[]): Promise<void> {
  const chunks = await itemChunks(open, ids);
  const items = await itemsOf(chunks);
  const packer = new Packer();
  for (const item of items) packItem(packer, item);
  assert.deepEqual(packer.take(), concat(...chunks));

  const salvage = new ItemSalvage([]);
  const salvaged = chunks.flatMap((chunk) => salvage.feed(chunk));
  assert.equal(salvaged.filter((it) => "item" in it).length, items.length);

  const written: Uint8Array[] = [];
  const writer = new ItemWriter(
    open.objects.material.chunkSeed,
    (chunk) => void written.push(open.objects.idOf(chunk)),
  );
  for (const item of items) await writer.add(item);
  await writer.flush();
  assert.deepEqual(written.map(toHex), ids.map(toHex));
}
