import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compress } from "../../src/compression/compress.ts";
import { parseCompression } from "../../src/compression/parse.ts";
import { seal } from "../../src/crypto/envelope.ts";
import { idHash } from "../../src/crypto/id.ts";
import { HashIndex } from "../../src/encoding/hash_index.ts";
import type { SealJob } from "../../src/workers/jobs.ts";
import { Keyed } from "../../src/workers/keyed.ts";
import { reservedBlocks } from "../../src/workers/reservation.ts";
import { sealBatch } from "../../src/workers/seal.ts";
import { samples } from "../compression/samples.ts";
import { MODE_NAMES, vectorMaterial } from "../crypto/material.ts";
import { idsOf, outputsOf, slotWith } from "./slot_contents.ts";

/** Without the random padding of obfuscation, which has a test of its own. */
const COMPRESSIONS = ["none", "lz4", "zstd,3", "zlib,6", "lzma,1", "auto,zstd,5", "obfuscate,250,lz4"];
const CHUNKS = [...samples(), new Uint8Array(300_000), new Uint8Array(300_000).fill(1, 9)];
const IV = 1n << 40n;

function job(compression: string, more: Partial<SealJob> = {}): SealJob {
  const parsed = parseCompression(compression);
  return { kind: "seal", count: CHUNKS.length, iv: IV, compression: parsed, index: undefined, ...more };
}

describe("sealBatch", () => {
  for (const mode of MODE_NAMES) {
    const material = vectorMaterial(mode);
    const keyed = new Keyed(material);

    for (const name of COMPRESSIONS) {
      it(`gives what one thread gives: ${mode}, ${name}`, () => {
        const slot = slotWith(CHUNKS);
        const task = job(name);
        assert.deepEqual(sealBatch(keyed, task, slot), { failures: [] });
        let iv = IV;
        const objects = CHUNKS.map((chunk) => {
          const object = seal(material, iv, compress(task.compression, chunk));
          iv += reservedBlocks(task.compression, chunk.length);
          return object;
        });
        assert.deepEqual(idsOf(slot, CHUNKS.length), CHUNKS.map((chunk) => new Uint8Array(idHash(material, chunk))));
        assert.deepEqual(outputsOf(slot, CHUNKS.length), objects);
      });
    }
  }

  it("leaves out what the index has, and leaves its nonces unused", () => {
    const keyed = new Keyed(vectorMaterial("repokey"));
    const index = HashIndex.create(3);
    const known = [0, 3, CHUNKS.length - 1];
    for (const i of known) index.set(idHash(keyed.material, CHUNKS[i]!), 1, 1, 1);
    const [all, some] = [slotWith(CHUNKS), slotWith(CHUNKS)];
    sealBatch(keyed, job("lz4"), all);
    sealBatch(keyed, job("lz4", { index: { shared: index.shared } }), some);
    assert.deepEqual(idsOf(some, CHUNKS.length), idsOf(all, CHUNKS.length));
    const expected = outputsOf(all, CHUNKS.length).map((object, i) => (isKnown(i) ? new Uint8Array(0) : object));
    assert.deepEqual(outputsOf(some, CHUNKS.length), expected);

    function isKnown(i: number): boolean {
      return index.find(idHash(keyed.material, CHUNKS[i]!)) >= 0;
    }
  });

  it("gives no two chunks the same counter values, whatever the compression makes of them", () => {
    const keyed = new Keyed(vectorMaterial("keyfile-blake2"));
    for (const name of [...COMPRESSIONS, "obfuscate,3,lz4", "obfuscate,110,none"]) {
      const slot = slotWith(CHUNKS, 40 << 20);
      sealBatch(keyed, job(name), slot);
      let free = IV;
      for (const object of outputsOf(slot, CHUNKS.length)) {
        const iv = new DataView(object.buffer).getBigUint64(33);
        assert.ok(iv >= free, name);
        free = iv + BigInt(Math.ceil((object.length - 41) / 16));
      }
    }
  });

  it("throws when the outputs do not fit", () => {
    assert.throws(
      () => sealBatch(new Keyed(vectorMaterial("repokey")), job("none"), slotWith(CHUNKS, 1000)),
      RangeError,
    );
  });
});
