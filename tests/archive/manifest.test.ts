import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  ArchiveDoesNotExist,
  MandatoryFeatureUnsupported,
  NoManifestError,
  UnsupportedManifestError,
} from "../../src/archive/errors.ts";
import { mandatoryFeatures, requireFeatures } from "../../src/archive/features.ts";
import { ITEM_KEYS } from "../../src/archive/item.ts";
import { Manifest } from "../../src/archive/manifest.ts";
import { Objects } from "../../src/archive/objects.ts";
import { parseTimestamp } from "../../src/archive/timestamps.ts";
import { signMetadata, TAMInvalid, TAMRequiredError } from "../../src/crypto/tam.ts";
import { decode, type Encodable, encode, type Value } from "../../src/encoding/msgpack.ts";
import { encodeText } from "../../src/encoding/path.ts";
import { IntegrityError } from "../../src/errors.ts";
import { MANIFEST_ID } from "../../src/repository/repository.ts";
import { vectorMaterial } from "../crypto/material.ts";
import { idOf } from "./items.ts";
import { MemoryRepository } from "./memory_repository.ts";

const newObjects = () => new Objects(new MemoryRepository(), vectorMaterial("authenticated"));
const TIME = parseTimestamp("2024-02-03T04:05:06.000007");

async function storedMap(objects: Objects): Promise<Map<string, Value>> {
  return decode(await objects.read(MANIFEST_ID)) as Map<string, Value>;
}

/** Puts a manifest with these fields, signed, in place of the usual one. */
async function put(objects: Objects, fields: Record<string, Encodable>): Promise<void> {
  const usual = { version: 1, archives: new Map(), config: new Map(), item_keys: [], timestamp: "2024-01-01T00:00:00" };
  const plaintext = signMetadata(objects.material, "manifest", Object.entries({ ...usual, ...fields }));
  await objects.write(plaintext, { name: "none" }, MANIFEST_ID);
}

describe("the manifest", () => {
  it("comes back as it was saved", async () => {
    const objects = newObjects();
    const manifest = new Manifest();
    manifest.archives.set("b\udcff", { id: idOf(2), time: "2024-01-01T00:00:00.000001" });
    manifest.archives.set("a", { id: idOf(1), time: "2023-01-01T00:00:00" });
    await manifest.save(objects, true, TIME);
    const again = await Manifest.load(objects, true);
    assert.deepEqual([...again.archives], [["a", manifest.entry("a")], ["b\udcff", manifest.entry("b\udcff")]]);
    assert.equal(again.config.get("tam_required"), true);
    assert.equal(again.timestamp, "2024-02-03T04:05:06.000007");
    assert.equal(again.tam, "verified");
    assert.deepEqual(again.id, manifest.id);
    assert.deepEqual(again.id, objects.idOf(await objects.read(MANIFEST_ID)));
  });

  it("is stored with sorted keys and every known key of items", async () => {
    const objects = newObjects();
    const manifest = new Manifest();
    manifest.archives.set("\u{1F600}", { id: idOf(2), time: "2024-01-01T00:00:00" });
    manifest.archives.set("\uffee", { id: idOf(1), time: "2024-01-01T00:00:00" });
    manifest.itemKeys.add("birthplace");
    await manifest.save(objects, false);
    const map = await storedMap(objects);
    assert.deepEqual([...map.keys()], ["archives", "config", "item_keys", "tam", "timestamp", "version"]);
    assert.deepEqual([...(map.get("archives") as Map<string, Value>).keys()], ["\uffee", "\u{1F600}"]);
    const keys = (map.get("item_keys") as Uint8Array[]).map((key) => new TextDecoder().decode(key));
    assert.deepEqual(keys, [...ITEM_KEYS, "birthplace"].sort());
    assert.equal(map.get("version"), 1);
  });

  it("keeps settings and item keys that are foreign", async () => {
    const objects = newObjects();
    const config = new Map<string, Encodable>([["future", new Map([["z", 1], ["a", 2]])], ["beta", [1, null]]]);
    await put(objects, { config, item_keys: ["path", "unheard_of"], version: 2 });
    const manifest = await Manifest.load(objects, true);
    await manifest.save(objects, false);
    const map = await storedMap(objects);
    assert.deepEqual(encode(map.get("config")!), encode(new Map([...config].reverse())));
    assert.ok((await Manifest.load(objects, true)).itemKeys.has("unheard_of"));
  });

  it("always gets a later timestamp than before", async () => {
    const objects = newObjects();
    const manifest = new Manifest();
    await manifest.save(objects, false, TIME);
    await manifest.save(objects, false, TIME);
    assert.equal(manifest.timestamp, "2024-02-03T04:05:06.000008");
    await manifest.save(objects, false, TIME - 5000000n);
    assert.equal(manifest.timestamp, "2024-02-03T04:05:06.000009");
    await manifest.save(objects, false, TIME + 5000000n);
    assert.equal(manifest.timestamp, "2024-02-03T04:05:11.000007");
  });

  it("must be there, have a known form and be authentic", async () => {
    const objects = newObjects();
    await assert.rejects(Manifest.load(objects, true), NoManifestError);
    await objects.write(Uint8Array.of(0xc1, 0xc1, 0xc1, 0xc1, 9), { name: "none" }, MANIFEST_ID);
    await assert.rejects(Manifest.load(objects, true), UnsupportedManifestError);
    await put(objects, { version: 3 });
    await assert.rejects(Manifest.load(objects, true), IntegrityError);
    await objects.write(encode(new Map([["version", 1]])), { name: "none" }, MANIFEST_ID);
    await assert.rejects(Manifest.load(objects, true), TAMRequiredError);
    await put(objects, {});
    const forged = await objects.read(MANIFEST_ID);
    await objects.write(forged.map((byte, i) => i === forged.length - 1 ? 2 : byte), { name: "none" }, MANIFEST_ID);
    await assert.rejects(Manifest.load(objects, false), TAMInvalid);
  });

  it("may be unauthenticated where the key does not demand more", async () => {
    const objects = newObjects();
    const archives = new Map([["a", new Map<string, Encodable>([["id", idOf(1)], ["time", "2024-01-01T00:00:00"]])]]);
    await objects.write(
      encode(new Map<string, Encodable>([["version", 1], ["archives", archives]])),
      { name: "none" },
      MANIFEST_ID,
    );
    const manifest = await Manifest.load(objects, false);
    assert.equal(manifest.tam, "none");
    assert.equal(manifest.timestamp, "");
    assert.deepEqual([...manifest.archives.keys()], ["a"]);
  });

  it("is refused with damaged entries", async () => {
    const objects = newObjects();
    for (
      const entry of [
        new Map<string, Encodable>([["id", idOf(1).subarray(1)], ["time", ""]]),
        new Map<string, Encodable>([["id", idOf(1)]]),
        1,
      ]
    ) {
      await put(objects, { archives: new Map([["a", entry]]) });
      await assert.rejects(Manifest.load(objects, true), IntegrityError);
    }
  });

  it("says when an archive does not exist, and refuses names that are too long", async () => {
    const manifest = new Manifest();
    assert.throws(() => manifest.entry("x"), new ArchiveDoesNotExist("x"));
    manifest.archives.set("x".repeat(256), { id: idOf(1), time: "2024-01-01T00:00:00" });
    await assert.rejects(manifest.save(newObjects(), false), RangeError);
  });
});

describe("feature flags", () => {
  const manifest = new Manifest();
  const needs = (...names: string[]) => new Map<string, Encodable>([["mandatory", names.map(encodeText)]]);
  manifest.config.set("feature_flags", new Map([["write", needs("x", "y")], ["read", needs()], ["check", new Map()]]));

  it("stop the operations that need unknown features", () => {
    requireFeatures(manifest, "read", "check", "delete");
    requireFeatures(new Manifest(), "read", "write", "check", "delete");
    assert.throws(() => requireFeatures(manifest, "read", "write"), new MandatoryFeatureUnsupported(["x", "y"]));
  });

  it("are gathered over all operations for the cache", () => {
    assert.deepEqual(mandatoryFeatures(manifest), ["x", "y"]);
  });
});
