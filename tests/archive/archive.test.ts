import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type ArchiveMetadata,
  chunkerParamsOf,
  decodeArchive,
  encodeArchive,
  loadArchive,
  looksLikeArchive,
  storedSums,
} from "../../src/archive/archive.ts";
import { Objects } from "../../src/archive/objects.ts";
import { ArchiveTAMInvalid, ArchiveTAMRequiredError } from "../../src/crypto/tam.ts";
import { decode, type Encodable, encode, sortedMap, type Value } from "../../src/encoding/msgpack.ts";
import { IntegrityError } from "../../src/errors.ts";
import { vectorMaterial } from "../crypto/material.ts";
import { idOf } from "./items.ts";
import { MemoryRepository } from "./memory_repository.ts";

const MATERIAL = vectorMaterial("repokey");
const FULL: ArchiveMetadata = {
  name: "caf\udce9",
  items: [idOf(1), idOf(2)],
  cmdline: ["borg", "create", "\udcff"],
  time: "2024-02-03T04:05:06.000000",
  timeEnd: "2024-02-03T04:05:07.123456",
  comment: "",
  hostname: "host",
  username: "user",
  cwd: "/",
  chunkerParams: ["buzhash", 19, 23, 21, 4095],
  size: 1,
  csize: 2,
  nfiles: 3,
  sizeParts: 4,
  csizeParts: 5,
  nfilesParts: 6,
  recreateCmdline: ["borg", "recreate"],
};

describe("archive metadata", () => {
  it("comes back as it was, with its keys in ascending order", () => {
    const packed = encodeArchive(MATERIAL, FULL);
    const again = decodeArchive(packed);
    assert.deepEqual({ ...again, items: again.items.map((id) => Uint8Array.from(id)) }, FULL);
    const keys = [...(decode(packed) as Map<string, Value>).keys()];
    assert.deepEqual(keys, [...keys].sort());
    assert.equal(keys.length, 19);
  });

  it("is the same bytes again when the salt is kept", () => {
    const packed = encodeArchive(MATERIAL, FULL);
    const objects = new Objects(new MemoryRepository(), MATERIAL);
    const salt = new Uint8Array(64).fill(7);
    const salted = encodeArchive(MATERIAL, decodeArchive(packed), salt);
    assert.notDeepEqual(packed, salted);
    assert.deepEqual(encodeArchive(objects.material, decodeArchive(salted), salt), salted);
  });

  it("keeps what is foreign, odd or old as it is", () => {
    const fields: [string, Encodable][] = [
      ["chunker_params", [10, 23, 16, 4095]],
      ["cmdline", []],
      ["comment", null],
      ["future", new Map([["b", 1], ["a", 2]])],
      ["items", []],
      ["name", "a"],
      ["recreate_source_id", idOf(3)],
      ["size", 1n << 60n],
      ["time", "2016-01-01T00:00:00"],
      ["version", 1],
    ];
    const metadata = decodeArchive(encode(new Map(fields)));
    assert.equal(metadata.comment, undefined);
    assert.equal(storedSums(metadata), undefined);
    const again = decode(encodeArchive(MATERIAL, metadata)) as Map<string, Value>;
    again.delete("tam");
    assert.deepEqual(encode(again), encode(sortedMap(fields)));
    assert.deepEqual(chunkerParamsOf(metadata), {
      algorithm: "buzhash",
      minExp: 10,
      maxExp: 23,
      maskBits: 16,
      window: 4095,
    });
  });

  it("may have no chunker parameters, or some that are not known", () => {
    assert.equal(chunkerParamsOf({ name: "", items: [], cmdline: [], time: "" }), undefined);
    assert.equal(
      chunkerParamsOf({ name: "", items: [], cmdline: [], time: "", chunkerParams: ["rabin", 1] }),
      undefined,
    );
  });

  it("is refused without what it must have", () => {
    const whole = new Map<string, Encodable>([
      ["version", 1],
      ["name", "a"],
      ["items", [idOf(1)]],
      ["cmdline", []],
      ["time", "2024-01-01T00:00:00"],
    ]);
    decodeArchive(encode(whole));
    for (const key of whole.keys()) {
      assert.throws(
        () => decodeArchive(encode(new Map([...whole].filter(([name]) => name !== key)))),
        IntegrityError,
        key,
      );
    }
    assert.throws(() => decodeArchive(encode(new Map([...whole, ["version", 2]]))), IntegrityError);
    assert.throws(() => decodeArchive(encode(new Map([...whole, ["items", [idOf(1).subarray(1)]]]))), IntegrityError);
    assert.throws(() => decodeArchive(Uint8Array.of(0xc1)), IntegrityError);
    assert.throws(() => decodeArchive(encode(5)), IntegrityError);
  });

  it("is loaded with what its authentication says", async () => {
    const objects = new Objects(new MemoryRepository(), vectorMaterial("authenticated"));
    const signed = await objects.write(encodeArchive(objects.material, FULL, new Uint8Array(64).fill(9)), {
      name: "none",
    });
    const loaded = await loadArchive(objects, signed.id);
    assert.equal(loaded.tam, "verified");
    assert.deepEqual(loaded.salt, new Uint8Array(64).fill(9));
    assert.equal(loaded.metadata.name, FULL.name);

    const fields = decode(await objects.read(signed.id)) as Map<string, Value>;
    const changed = await objects.write(encode(new Map([...fields, ["nfiles", 4]])), { name: "none" });
    await assert.rejects(loadArchive(objects, changed.id), ArchiveTAMInvalid);
    assert.equal((await loadArchive(objects, changed.id, { ignoreInvalid: true })).tam, "none");

    fields.delete("tam");
    const unsigned = await objects.write(encode(fields), { name: "none" });
    assert.equal((await loadArchive(objects, unsigned.id)).tam, "none");
    assert.equal((await loadArchive(objects, unsigned.id)).salt, undefined);
    await assert.rejects(loadArchive(objects, unsigned.id, { required: true }), ArchiveTAMRequiredError);
  });

  it("is recognised among other objects", () => {
    assert.equal(looksLikeArchive(encodeArchive(MATERIAL, FULL)), true);
    const others: Encodable[] = [
      new Map([["version", 1]]),
      new Map<string, Encodable>([["archives", 1], ["cmdline", 1], ["version", 1], ["name", 1], ["items", 1], [
        "time",
        1,
      ]]),
      new Map<string, Encodable>([["cmdline", 1], ["version", 2], ["name", 1], ["items", 1], ["time", 1]]),
      new Map<string, Encodable>([["cmdline", 1], ["version", 1], ["name", 1], ["items", 1]]),
      "cmdline \xa7version\x01",
    ];
    for (const other of others) assert.equal(looksLikeArchive(encode(other)), false);
    const truncated = encodeArchive(MATERIAL, FULL);
    assert.equal(looksLikeArchive(truncated.subarray(0, truncated.length - 1)), false);
    assert.equal(looksLikeArchive(new Uint8Array(0)), false);
  });
});
