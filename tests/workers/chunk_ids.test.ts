import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { idHash } from "../../src/crypto/id.ts";
import { Sealer } from "../../src/crypto/sealer.ts";
import { ChunkIds } from "../../src/workers/chunk_ids.ts";
import { MODE_NAMES, vectorMaterial } from "../crypto/material.ts";

/** Counts the chunks whose ids are really computed. */
class CountingSealer extends Sealer {
  hashed = 0;

  override id(chunk: Uint8Array): Uint8Array {
    this.hashed++;
    return super.id(chunk);
  }

  override idsOf(chunks: readonly Uint8Array[]): Uint8Array[] {
    this.hashed += chunks.length;
    return super.idsOf(chunks);
  }
}

describe("ChunkIds", () => {
  for (const mode of MODE_NAMES) {
    it(`gives the ids of idHash in mode ${mode}`, () => {
      const material = vectorMaterial(mode);
      const ids = new ChunkIds(new Sealer(material));
      const zeros = [0, 1, 1000, 1 << 20].map((length) => new Uint8Array(length));
      const almost = [new Uint8Array(1000).fill(1, 999), new Uint8Array(1000).fill(1, 0, 1), new Uint8Array(70_000)];
      almost[2]![40_000] = 1;
      const chunks = [...zeros, ...almost, ...zeros.toReversed(), ...almost, new Uint8Array(1001)];
      assert.deepEqual(ids.of(chunks), chunks.map((chunk) => new Uint8Array(idHash(material, chunk))));
      assert.deepEqual(ids.of(zeros), zeros.map((chunk) => new Uint8Array(idHash(material, chunk))));
      assert.deepEqual(ids.of([]), []);
    });
  }

  it("hashes zeros of one length once", () => {
    const sealer = new CountingSealer(vectorMaterial("repokey-blake2"));
    const ids = new ChunkIds(sealer);
    for (let i = 0; i < 10; i++) ids.of([new Uint8Array(5000), new Uint8Array(6000), new Uint8Array(5000)]);
    assert.equal(sealer.hashed, 2);
    ids.of([new Uint8Array(5000).fill(1), new Uint8Array(5000)]);
    assert.equal(sealer.hashed, 3);
  });

  it("does not remember without end", () => {
    const sealer = new CountingSealer(vectorMaterial("none"));
    const ids = new ChunkIds(sealer);
    const chunks = Array.from({ length: 1000 }, (_, i) => new Uint8Array(i));
    ids.of(chunks);
    ids.of(chunks);
    assert.ok(sealer.hashed > 1900 && sealer.hashed < 2000, `${sealer.hashed}`);
  });
});
