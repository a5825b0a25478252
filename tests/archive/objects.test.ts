import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Objects } from "../../src/archive/objects.ts";
import { ivOf, nonceBlocks } from "../../src/crypto/envelope.ts";
import { encodeText } from "../../src/encoding/path.ts";
import { IntegrityError } from "../../src/errors.ts";
import { ObjectNotFound } from "../../src/repository/errors.ts";
import { MANIFEST_ID } from "../../src/repository/repository.ts";
import { MODE_NAMES, vectorMaterial } from "../crypto/material.ts";
import { CountingNonces } from "./counting_nonces.ts";
import { idOf } from "./items.ts";
import { MemoryRepository } from "./memory_repository.ts";

const TEXT = encodeText("what is in the object ".repeat(20));

describe("objects", () => {
  it("come back in every mode, by the id of their plaintext", async () => {
    for (const mode of MODE_NAMES) {
      const objects = new Objects(new MemoryRepository(), vectorMaterial(mode), new CountingNonces());
      const { id, csize } = await objects.write(TEXT, { name: "lz4" });
      assert.deepEqual(id, objects.idOf(TEXT));
      assert.equal((await objects.repository.get(id)).length, csize);
      assert.ok(csize < TEXT.length, mode);
      assert.deepEqual(Uint8Array.from(await objects.read(id)), TEXT);
    }
  });

  it("are read in order", async () => {
    const objects = new Objects(new MemoryRepository(), vectorMaterial("none"));
    const texts = ["a", "b", "c"].map(encodeText);
    const ids: Uint8Array[] = [];
    for (const text of texts) ids.push((await objects.write(text, { name: "none" })).id);
    const read: Uint8Array[] = [];
    for await (const text of objects.readMany([...ids].reverse())) read.push(Uint8Array.from(text));
    assert.deepEqual(read, texts.reverse());
  });

  it("must have the id that they are asked for by, unless they are the manifest", async () => {
    const objects = new Objects(new MemoryRepository(), vectorMaterial("authenticated"));
    await objects.write(TEXT, { name: "none" }, idOf(5));
    await objects.write(TEXT, { name: "none" }, MANIFEST_ID);
    await assert.rejects(objects.read(idOf(5)), IntegrityError);
    assert.deepEqual(Uint8Array.from(await objects.read(MANIFEST_ID)), TEXT);
    await assert.rejects(objects.read(idOf(6)), ObjectNotFound);
  });

  it("are each encrypted with counter values of their own", async () => {
    const objects = new Objects(new MemoryRepository(), vectorMaterial("repokey"), new CountingNonces());
    const first = await objects.seal(TEXT, { name: "none" });
    const second = await objects.seal(TEXT, { name: "none" });
    assert.equal(ivOf(second), ivOf(first) + nonceBlocks(TEXT.length + 2));
    assert.equal(first.length, TEXT.length + 2 + objects.overhead);
  });

  it("cannot be written in modes that encrypt without a source of counter values", async () => {
    const objects = new Objects(new MemoryRepository(), vectorMaterial("keyfile-blake2"));
    await assert.rejects(async () => await objects.seal(TEXT, { name: "none" }), /for reading only/);
    assert.equal(await new Objects(new MemoryRepository(), vectorMaterial("none")).reserveNonces(9n), 0n);
  });
});
