import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compress } from "../../src/compression/compress.ts";
import { parseCompression } from "../../src/compression/parse.ts";
import { seal } from "../../src/crypto/envelope.ts";
import { idHash } from "../../src/crypto/id.ts";
import type { JobResult } from "../../src/workers/jobs.ts";
import { Keyed } from "../../src/workers/keyed.ts";
import type { Slot } from "../../src/workers/slot.ts";
import { DOES_NOT_FIT, unsealBatch } from "../../src/workers/unseal.ts";
import { samples } from "../compression/samples.ts";
import { MODE_NAMES, vectorMaterial } from "../crypto/material.ts";
import { outputsOf, slotWith } from "./slot_contents.ts";

const COMPRESSIONS = ["none", "lz4", "zstd,3", "zlib,6", "lzma,1", "auto,zstd,5", "obfuscate,3,lz4"];
const CHUNKS = [...samples(), new Uint8Array(400_000), Uint8Array.from({ length: 400_000 }, (_, i) => (i * i) >> 7)];

/** A key, and objects that it sealed. */
class Store {
  readonly keyed: Keyed;
  readonly ids: Uint8Array[];
  readonly objects: Uint8Array[];

  constructor(mode: (typeof MODE_NAMES)[number], compression = "lz4", chunks = CHUNKS) {
    const material = vectorMaterial(mode);
    const parsed = parseCompression(compression);
    this.keyed = new Keyed(material);
    this.ids = chunks.map((chunk) => new Uint8Array(idHash(material, chunk)));
    this.objects = chunks.map((chunk, i) => seal(material, BigInt(i) << 30n, compress(parsed, chunk)));
  }

  /** The object for `payload`, under this key. */
  sealed(payload: Uint8Array): Uint8Array {
    return seal(this.keyed.material, 1n << 50n, payload);
  }

  unseal(outputCapacity?: number, discard = false): { slot: Slot; result: JobResult } {
    const slot = slotWith(this.objects, outputCapacity);
    for (const [i, id] of this.ids.entries()) slot.setId(i, id);
    const result = unsealBatch(this.keyed, { kind: "unseal", count: this.objects.length, discard }, slot);
    return { slot, result };
  }
}

/** What `unseal` gives: each plaintext, or the code of its failure. */
function outcome(store: Store, outputCapacity?: number): (Uint8Array | string)[] {
  const { slot, result } = store.unseal(outputCapacity);
  const codes = new Map(result.failures.map(({ position, code }) => [position, code]));
  return outputsOf(slot, store.objects.length).map((output, i) => {
    const code = codes.get(i);
    if (code !== undefined) assert.equal(output.length, 0, "a failed chunk has no output");
    return code ?? output;
  });
}

describe("unsealBatch", () => {
  for (const mode of MODE_NAMES) {
    for (const compression of COMPRESSIONS) {
      it(`gives back what was sealed: ${mode}, ${compression}`, () => {
        assert.deepEqual(outcome(new Store(mode, compression)), CHUNKS);
      });
    }

    it(`names each chunk that is damaged, and only those: ${mode}`, () => {
      const store = new Store(mode);
      const expected: (Uint8Array | string)[] = [...CHUNKS];
      const damage = (i: number, object: Uint8Array, code = "IntegrityError") => {
        store.objects[i] = object;
        expected[i] = code;
      };
      damage(1, new Uint8Array(0));
      damage(3, Uint8Array.from(store.objects[3]!, (byte, at) => (at === 0 ? 0x77 : byte)));
      damage(5, store.objects[6]!);
      damage(8, store.sealed(Uint8Array.of(0x99, 0x99, 1, 2)), "DecompressionError");
      damage(9, store.sealed(Uint8Array.of(1, 0, 0xff, 0xff)), "DecompressionError");
      damage(10, store.sealed(new Uint8Array(1)), "DecompressionError");
      damage(CHUNKS.length - 2, store.sealed(compress({ name: "lz4" }, new Uint8Array(400_001))));
      assert.deepEqual(outcome(store), expected);
    });
  }

  it("notices every damage to an authenticated object", () => {
    for (const mode of ["repokey", "repokey-blake2"] as const) {
      const chunk = new TextEncoder().encode("damage me");
      const { objects: [sound] } = new Store(mode, "none", [chunk]);
      for (let at = 1; at < sound!.length; at++) {
        const store = new Store(mode, "none", [chunk]);
        store.objects[0]![at]! ^= 1;
        assert.deepEqual(outcome(store), ["IntegrityError"], `${mode}, byte ${at}`);
      }
    }
  });

  it("refuses sizes that are lies", () => {
    const store = new Store("none", "zstd,3", [new Uint8Array(5000)]);
    const lying = compress({ name: "zstd", level: 3 }, new Uint8Array(5000));
    const claimed = lying.slice();
    // Frame header descriptor, then the content size: 2 bytes, minus 256.
    assert.equal(lying[2 + 4]! >> 6, 1, "a frame with a size of 2 bytes");
    claimed[2 + 5]! ^= 0x01;
    store.objects[0] = store.sealed(claimed);
    assert.deepEqual(outcome(store), ["DecompressionError"]);
  });

  it("names the chunk and says why", () => {
    const store = new Store("repokey");
    store.ids[2] = new Uint8Array(32).fill(0xab);
    const { failures } = store.unseal().result;
    assert.deepEqual(failures, [{
      position: 2,
      code: "IntegrityError",
      data: [`Chunk ${"ab".repeat(32)}: id verification failed`],
    }]);
  });

  it("does not verify the id of the manifest", () => {
    const store = new Store("repokey");
    store.ids[2] = new Uint8Array(32);
    assert.deepEqual(outcome(store), CHUNKS);
  });

  it("says what does not fit, and goes on with what does", () => {
    const chunks = [100, 5000, 200, 300, 1].map((length) => new Uint8Array(length).fill(1));
    const expected = [chunks[0]!, DOES_NOT_FIT, chunks[2]!, DOES_NOT_FIT, chunks[4]!];
    assert.deepEqual(outcome(new Store("repokey-blake2", "lz4", chunks), 400), expected);
    assert.deepEqual(outcome(new Store("repokey-blake2", "lz4", chunks), 0), Array(5).fill(DOES_NOT_FIT));
  });

  it("verifies without giving anything, however much the objects hold", () => {
    const chunks = Array.from({ length: 12 }, (_, i) => new Uint8Array(3 << 20).fill(i % 2));
    const store = new Store("repokey", "lz4", chunks);
    store.ids[7] = store.ids[0]!;
    const { slot, result } = store.unseal(0, true);
    assert.deepEqual(result.failures.map(({ position, code }) => [position, code]), [[7, "IntegrityError"]]);
    assert.ok(slot.outputLengths.every((length) => length === 0));
  });

  it("lets errors through that are not the object's", () => {
    const store = new Store("repokey");
    const broken = { ...store.keyed, sealer: { openAll: () => [new TypeError("a mistake")] } } as unknown as Keyed;
    const job = { kind: "unseal", count: 1, discard: false } as const;
    assert.throws(() => unsealBatch(broken, job, slotWith([store.objects[0]!])), TypeError);
  });
});
