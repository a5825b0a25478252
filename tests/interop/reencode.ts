import assert from "node:assert/strict";
import { encodeArchive, openArchive } from "../../src/archive/archive.ts";
import { packItem } from "../../src/archive/item_codec.ts";
import type { Manifest } from "../../src/archive/manifest.ts";
import type { Objects } from "../../src/archive/objects.ts";
import { parseTimestamp } from "../../src/archive/timestamps.ts";
import { concat } from "../../src/encoding/bytes.ts";
import { decode, encode, Packer } from "../../src/encoding/msgpack.ts";
import { type Unlocked, withManifest } from "../../src/operations/opening.ts";
import { parseLocation } from "../../src/repository/location.ts";
import { MANIFEST_ID } from "../../src/repository/repository.ts";
import { itemsOf } from "../archive/items_of.ts";
import { fakeHost } from "../operations/fake_host.ts";
import { environment, type RunOptions } from "./harness.ts";

/** Decodes and encodes all metadata of a repository, whose bytes must not change. Gives the names of its archives. */
export function reencode(path: string, options: Required<Pick<RunOptions, "base" | "env">>): Promise<string[]> {
  const env = { ...environment(options.base), ...options.env };
  const host = fakeHost({ env, confirm: () => Promise.resolve(true) });
  const opening = { lock: "none", lockWait: 0, features: ["read"] } as const;
  return withManifest(host, parseLocation(path), opening, async ({ manifest, objects, tamRequired }: Unlocked) => {
    for (const { id } of manifest.archives.values()) await reencodeArchive(objects, id);
    await reencodeManifest(objects, manifest, tamRequired);
    return [...manifest.archives.keys()].sort(byTime(manifest));
  });
}

/** In the order in which they were made; the stored map is sorted by names. */
function byTime({ archives }: Manifest): (a: string, b: string) => number {
  return (a, b) => archives.get(a)!.time.localeCompare(archives.get(b)!.time);
}

async function reencodeArchive(objects: Objects, id: Uint8Array): Promise<void> {
  const plaintext = Uint8Array.from(await objects.read(id));
  const { metadata, salt } = openArchive(objects, id, plaintext);
  assert.deepEqual(encodeArchive(objects.material, metadata, salt), plaintext);
  const chunks: Uint8Array[] = [];
  for await (const chunk of objects.readMany(metadata.items)) chunks.push(chunk);
  const packer = new Packer();
  const items = await itemsOf(chunks);
  for (const item of items) packItem(packer, item);
  assert.ok(items.length > 0);
  assert.deepEqual(packer.take(), concat(...chunks));
}

/** All but the signature, whose salt is random. */
async function reencodeManifest(objects: Objects, manifest: Manifest, tamRequired: boolean): Promise<void> {
  const stored = Uint8Array.from(await objects.read(MANIFEST_ID));
  const written: Uint8Array[] = [];
  const { material } = objects;
  const copy = {
    material,
    idOf: (plaintext: Uint8Array) => objects.idOf(plaintext),
    write: (plaintext: Uint8Array) => void written.push(plaintext),
  } as unknown as Objects;
  const time = parseTimestamp(manifest.timestamp);
  manifest.timestamp = "";
  await manifest.save(copy, tamRequired, time);
  assert.deepEqual(encode(decode(stored)), stored);
  assert.deepEqual(unsigned(written[0]!), unsigned(stored));
}

function unsigned(plaintext: Uint8Array): Uint8Array {
  const fields = decode(plaintext) as Map<string, Uint8Array>;
  assert.ok(fields.delete("tam") || !fields.has("tam"));
  return encode(fields);
}
