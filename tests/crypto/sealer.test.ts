import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { idHash } from "../../src/crypto/id.ts";
import { open, seal } from "../../src/crypto/envelope.ts";
import { Sealer } from "../../src/crypto/sealer.ts";
import { MODE_NAMES, vectorMaterial } from "./material.ts";

const LENGTHS = [0, 1, 100, 127, 128, 129, 4096, 70000, 3, 600000];
const PAYLOADS = LENGTHS.map((length, n) => Uint8Array.from({ length }, (_, i) => (i * 7 + n) & 0xff));
const SEALINGS = PAYLOADS.map((payload, n) => ({
  iv: BigInt(n) << 33n,
  payload: [payload.subarray(0, 2), payload.subarray(2)],
}));

for (const name of MODE_NAMES) {
  const material = vectorMaterial(name);
  const expected = PAYLOADS.map((payload, n) => seal(material, SEALINGS[n]!.iv, payload));

  describe(`Sealer in mode ${name}`, () => {
    const sealer = new Sealer(material);

    it("gives the ids of idHash", () => {
      const ids = PAYLOADS.map((payload) => new Uint8Array(idHash(material, payload)));
      assert.deepEqual(sealer.idsOf(PAYLOADS).map((id) => new Uint8Array(id)), ids);
      assert.deepEqual(PAYLOADS.map((payload) => new Uint8Array(sealer.id(payload))), ids);
      assert.deepEqual(sealer.idsOf([]), []);
    });

    it("gives the objects of seal, in batches of any size", () => {
      for (const count of [0, 1, 2, 3, SEALINGS.length]) {
        assert.deepEqual(sealer.seal(SEALINGS.slice(0, count)), expected.slice(0, count));
      }
    });

    it("writes into shared memory and nowhere else", () => {
      const payload = PAYLOADS[3]!;
      const out = new Uint8Array(new SharedArrayBuffer(300)).fill(0xee);
      const length = sealer.sealAllInto(out, 5, [SEALINGS[3]!])[0]!;
      assert.equal(length, sealer.sealedLength(payload.length));
      assert.deepEqual(out.slice(5, 5 + length), expected[3]);
      assert.ok(out.slice(0, 5).every((byte) => byte === 0xee));
      assert.ok(out.slice(5 + length).every((byte) => byte === 0xee));
    });

    it("reads from shared memory", () => {
      const shared = new Uint8Array(new SharedArrayBuffer(PAYLOADS[6]!.length));
      shared.set(PAYLOADS[6]!);
      assert.deepEqual(sealer.seal([{ iv: SEALINGS[6]!.iv, payload: [shared] }]), [expected[6]]);
      const object = new Uint8Array(new SharedArrayBuffer(expected[6]!.length));
      object.set(expected[6]!);
      assert.deepEqual(new Uint8Array(sealer.open(object)), PAYLOADS[6]);
    });

    it("writes a batch without gaps", () => {
      const total = expected.reduce((sum, object) => sum + object.length, 0);
      const out = new Uint8Array(total + 10);
      assert.deepEqual(sealer.sealAllInto(out, 10, SEALINGS), expected.map((object) => object.length));
      let at = 10;
      for (const object of expected) assert.deepEqual(out.slice(at, at += object.length), object);
    });

    it("opens a batch and gives the error of each bad object", () => {
      const id = new Uint8Array(32).fill(7);
      const openings = expected.map((object, i) => ({ object: i % 3 === 1 ? spoiled(object) : object, id }));
      const results = sealer.openAll(openings.map(({ object }) => ({ object: object.slice(), id })));
      results.forEach((result, i) => {
        if (i % 3 !== 1) return assert.deepEqual(new Uint8Array(result as Uint8Array), PAYLOADS[i]);
        assert.throws(() => open(material, openings[i]!.object, id), { message: (result as Error).message });
      });
    });
  });
}

/** Another type byte in the first place, a damaged end where there is a MAC. */
function spoiled(object: Uint8Array): Uint8Array {
  const copy = object.slice();
  if (object.length % 2 === 0 && object.length > 41 && [0, 3, 4, 5].includes(object[0]!)) copy[object.length - 1]! ^= 1;
  else copy[0] = 0x99;
  return copy;
}
