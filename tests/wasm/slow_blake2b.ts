/** BLAKE2b-256 of RFC 7693 as it is written there, without a thought for speed. */

const MASK = (1n << 64n) - 1n;
const BLOCK = 128;
const LENGTH = 32;

const IV = [
  0x6a09e667f3bcc908n,
  0xbb67ae8584caa73bn,
  0x3c6ef372fe94f82bn,
  0xa54ff53a5f1d36f1n,
  0x510e527fade682d1n,
  0x9b05688c2b3e6c1fn,
  0x1f83d9abfb41bd6bn,
  0x5be0cd19137e2179n,
];

const SIGMA = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
  [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
  [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
  [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
  [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];

const COLUMNS_AND_DIAGONALS = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
];

const at = <T>(list: readonly T[], i: number): T => list[i] as T;
const rotr = (x: bigint, n: bigint): bigint => ((x >> n) | (x << (64n - n))) & MASK;

function mix(v: bigint[], [a, b, c, d]: number[], x: bigint, y: bigint): void {
  const half = (word: bigint, first: bigint, second: bigint): void => {
    v[a!] = (at(v, a!) + at(v, b!) + word) & MASK;
    v[d!] = rotr(at(v, d!) ^ at(v, a!), first);
    v[c!] = (at(v, c!) + at(v, d!)) & MASK;
    v[b!] = rotr(at(v, b!) ^ at(v, c!), second);
  };
  half(x, 32n, 24n);
  half(y, 16n, 63n);
}

function compress(h: bigint[], block: Uint8Array, count: number, last: boolean): void {
  const view = new DataView(block.buffer, block.byteOffset, BLOCK);
  const words = Array.from({ length: 16 }, (_, i) => view.getBigUint64(8 * i, true));
  const v = [...h, ...IV];
  v[12] = at(v, 12) ^ BigInt(count);
  if (last) v[14] = at(v, 14) ^ MASK;
  for (let round = 0; round < 12; round++) {
    const order = at(SIGMA, round % 10);
    COLUMNS_AND_DIAGONALS.forEach((places, i) => {
      mix(v, places, at(words, at(order, 2 * i)), at(words, at(order, 2 * i + 1)));
    });
  }
  for (let i = 0; i < 8; i++) h[i] = at(h, i) ^ at(v, i) ^ at(v, i + 8);
}

export function slowBlake2b(message: Uint8Array): Uint8Array {
  const h = [...IV];
  h[0] = at(h, 0) ^ 0x01010000n ^ BigInt(LENGTH);
  const blocks = Math.max(1, Math.ceil(message.length / BLOCK));
  const padded = new Uint8Array(blocks * BLOCK);
  padded.set(message);
  for (let i = 1; i <= blocks; i++) {
    const block = padded.subarray((i - 1) * BLOCK, i * BLOCK);
    compress(h, block, Math.min(i * BLOCK, message.length), i === blocks);
  }
  const digest = new DataView(new ArrayBuffer(64));
  h.forEach((word, i) => digest.setBigUint64(8 * i, word, true));
  return new Uint8Array(digest.buffer, 0, LENGTH);
}
