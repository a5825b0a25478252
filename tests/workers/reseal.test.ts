import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compress, compressBound } from "../../src/compression/compress.ts";
import { detectCompression } from "../../src/compression/decompress.ts";
import { parseCompression } from "../../src/compression/parse.ts";
import { nonceBlocks, open, overhead, seal } from "../../src/crypto/envelope.ts";
import { idHash } from "../../src/crypto/id.ts";
import type { ResealJob } from "../../src/workers/jobs.ts";
import { Keyed } from "../../src/workers/keyed.ts";
import { resealBatch } from "../../src/workers/reseal.ts";
import { reservedBlocks } from "../../src/workers/reservation.ts";
import { Slot } from "../../src/workers/slot.ts";
import { DOES_NOT_FIT } from "../../src/workers/unseal.ts";
import { samples } from "../compression/samples.ts";
import { MODE_NAMES, vectorMaterial } from "../crypto/material.ts";

const CHUNKS = [...samples(), new Uint8Array(300_000), new Uint8Array(300_000).fill(1, 9)];
const COMPRESSIONS = ["none", "lz4", "zstd,3", "zlib,6", "lzma,1", "auto,zstd,5", "obfuscate,250,lz4"];
const IV = 1n << 40n;

/** Objects of CHUNKS in a slot, as `before` compresses them. */
class Stored {
  readonly keyed: Keyed;
  readonly ids: Uint8Array[];
  readonly objects: Uint8Array[];
  sizes = CHUNKS.map(({ length }) => length);

  constructor(readonly mode: (typeof MODE_NAMES)[number], before: string) {
    const material = vectorMaterial(mode);
    this.keyed = new Keyed(material);
    this.ids = CHUNKS.map((chunk) => new Uint8Array(idHash(material, chunk)));
    this.objects = CHUNKS.map((chunk, i) =>
      seal(material, BigInt(i) << 30n, compress(parseCompression(before), chunk))
    );
  }

  reseal(after: string, more: Partial<ResealJob> = {}) {
    const { sizes, keyed: { material } } = this;
    const compression = parseCompression(after);
    const bound = sizes.reduce((sum, size) => sum + compressBound(compression, size) + overhead(material), 0);
    const slot = Slot.allocate(bound + this.objects.reduce((sum, { length }) => sum + length, 0), 4 << 20);
    let end = 0;
    for (const [i, object] of this.objects.entries()) {
      slot.input.set(object, end);
      slot.inputLengths[i] = object.length;
      slot.setId(i, this.ids[i]!);
      end += object.length;
    }
    const job: ResealJob = {
      kind: "reseal",
      count: sizes.length,
      iv: IV,
      compression,
      sizes,
      ifDifferent: false,
      ...more,
    };
    const { failures } = resealBatch(this.keyed, job, slot);
    const codes = failures.map(({ position, code }) => [position, code]);
    return { codes, objects: slot.inputs(sizes.length).map((object) => object.slice()) };
  }
}

describe("resealBatch", () => {
  for (const mode of MODE_NAMES) {
    for (const [i, after] of COMPRESSIONS.entries()) {
      const before = COMPRESSIONS[(i + 1) % COMPRESSIONS.length]!;
      it(`gives what one thread gives: ${mode}, ${before} to ${after}`, () => {
        const stored = new Stored(mode, before);
        const { material } = stored.keyed;
        let iv = IV;
        const expected = CHUNKS.map((chunk) => {
          const object = seal(material, iv, compress(parseCompression(after), chunk));
          iv += reservedBlocks(parseCompression(after), chunk.length);
          return object;
        });
        assert.deepEqual(stored.reseal(after), { codes: [], objects: expected });
      });
    }
  }

  it("leaves those as they are that would be stored by the same method", () => {
    const stored = new Stored("repokey-blake2", "lz4");
    const methodOf = (object: Uint8Array) => detectCompression(open(stored.keyed.material, object));
    const methods = stored.objects.map(methodOf);
    const { objects } = stored.reseal("zstd,3", { ifDifferent: true });
    for (const [i, object] of objects.entries()) {
      if (object.length > 0) assert.notEqual(methodOf(object), methods[i]);
      else assert.equal(methods[i], "none", "only what cannot be compressed stays");
    }
    assert.ok(objects.some(({ length }) => length === 0) && objects.some(({ length }) => length > 0));
    assert.ok(stored.reseal("lz4", { ifDifferent: true }).objects.every(({ length }) => length === 0));
  });

  it("leaves out what is damaged, and what holds more than it may", () => {
    const stored = new Stored("repokey", "lz4");
    const sound = stored.reseal("zstd,3").objects;
    const large = CHUNKS.length - 1;
    stored.objects[2] = stored.objects[2]!.map((byte, at) => (at === 5 ? byte ^ 1 : byte));
    stored.ids[4] = new Uint8Array(32).fill(7);
    stored.sizes = stored.sizes.map((size, i) => (i === large ? size - 1 : size));
    const { codes, objects } = stored.reseal("zstd,3");
    assert.deepEqual(codes, [[2, "IntegrityError"], [4, "IntegrityError"], [large, DOES_NOT_FIT]]);
    assert.deepEqual(objects, sound.map((object, i) => ([2, 4, large].includes(i) ? new Uint8Array(0) : object)));
  });

  it("gives no two chunks the same counter values", () => {
    for (const after of [...COMPRESSIONS, "obfuscate,3,lz4", "obfuscate,110,none"]) {
      let free = IV;
      for (const object of new Stored("keyfile-blake2", "none").reseal(after).objects) {
        const iv = new DataView(object.buffer).getBigUint64(33);
        assert.ok(iv >= free, after);
        free = iv + nonceBlocks(object.length - 41);
      }
    }
  });
});
