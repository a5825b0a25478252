const PRIME1 = 0x9e3779b1;
const PRIME2 = 0x85ebca77;
const PRIME3 = 0xc2b2ae3d;
const PRIME4 = 0x27d4eb2f;
const PRIME5 = 0x165667b1;
const STRIPE = 16;

/** XXH32 with seed 0, the checksum of LZ4 frames. */
export class Xxh32 {
  readonly #lanes = new Int32Array([PRIME1 + PRIME2, PRIME2, 0, -PRIME1]);
  readonly #rest = new Uint8Array(STRIPE);
  #held = 0;
  #length = 0;

  update(bytes: Uint8Array): this {
    this.#length += bytes.length;
    let at = 0;
    if (this.#held > 0) {
      const taken = bytes.subarray(0, STRIPE - this.#held);
      this.#rest.set(taken, this.#held);
      this.#held += taken.length;
      at = taken.length;
      if (this.#held < STRIPE) return this;
      this.#stripes(this.#rest);
      this.#held = 0;
    }
    const end = at + Math.floor((bytes.length - at) / STRIPE) * STRIPE;
    this.#stripes(bytes.subarray(at, end));
    this.#rest.set(bytes.subarray(end));
    this.#held = bytes.length - end;
    return this;
  }

  digest(): number {
    const [a, b, c, d] = this.#lanes as unknown as [number, number, number, number];
    let hash = this.#length >= STRIPE ? rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18) : PRIME5;
    hash = (hash + this.#length) | 0;
    const view = new DataView(this.#rest.buffer);
    let at = 0;
    for (; at + 4 <= this.#held; at += 4) {
      hash = Math.imul(rotate((hash + Math.imul(view.getUint32(at, true), PRIME3)) | 0, 17), PRIME4);
    }
    for (; at < this.#held; at++) {
      hash = Math.imul(rotate((hash + Math.imul(this.#rest[at]!, PRIME5)) | 0, 11), PRIME1);
    }
    hash = Math.imul(hash ^ (hash >>> 15), PRIME2);
    hash = Math.imul(hash ^ (hash >>> 13), PRIME3);
    return (hash ^ (hash >>> 16)) >>> 0;
  }

  #stripes(bytes: Uint8Array): void {
    const lanes = this.#lanes;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at < bytes.length; at += STRIPE) {
      for (let lane = 0; lane < 4; lane++) {
        const word = Math.imul(view.getInt32(at + 4 * lane, true), PRIME2);
        lanes[lane] = Math.imul(rotate((lanes[lane]! + word) | 0, 13), PRIME1);
      }
    }
  }
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
