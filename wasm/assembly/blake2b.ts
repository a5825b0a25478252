import { LANE_COUNT, LANE_LAST, LANE_SIZE, LANE_SOURCE, LANE_STEP, LANES, PAIRED_WORDS } from "../layout";

const IV0: u64 = 0x6a09e667f3bcc908;
const IV1: u64 = 0xbb67ae8584caa73b;
const IV2: u64 = 0x3c6ef372fe94f82b;
const IV3: u64 = 0xa54ff53a5f1d36f1;
const IV4: u64 = 0x510e527fade682d1;
const IV5: u64 = 0x9b05688c2b3e6c1f;
const IV6: u64 = 0x1f83d9abfb41bd6b;
const IV7: u64 = 0x5be0cd19137e2179;

/** Parameter block of an unkeyed, sequential hash of 32 bytes. */
const PARAMETERS: u64 = 0x01010020;

const BLOCK: u32 = 128;
const ROUNDS: u32 = 12;

/** Order of the message words (RFC 7693, 2.7), times 8: the offset of each in a block. Rounds 10 and 11 are 0 and 1. */
const SIGMA = memory.data<u8>([
  0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120,
  112, 80, 32, 64, 72, 120, 104, 48, 8, 96, 0, 16, 88, 56, 40, 24,
  88, 64, 96, 0, 40, 16, 120, 104, 80, 112, 24, 48, 56, 8, 72, 32,
  56, 72, 24, 8, 104, 96, 88, 112, 16, 48, 40, 80, 32, 0, 120, 64,
  72, 0, 40, 56, 16, 32, 80, 120, 112, 8, 88, 96, 48, 64, 24, 104,
  16, 96, 48, 80, 0, 88, 64, 24, 32, 104, 56, 40, 120, 112, 8, 72,
  96, 40, 8, 120, 112, 104, 32, 80, 0, 56, 48, 24, 72, 16, 64, 88,
  104, 88, 56, 112, 96, 8, 24, 72, 40, 0, 120, 32, 64, 48, 16, 80,
  48, 120, 112, 72, 88, 24, 0, 64, 96, 16, 104, 56, 8, 32, 80, 40,
  80, 16, 64, 32, 56, 48, 8, 40, 120, 88, 72, 112, 24, 96, 104, 0,
  0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120,
  112, 80, 32, 64, 72, 120, 104, 48, 8, 96, 0, 16, 88, 56, 40, 24,
]);

/** Puts a lane at the beginning of a message. */
export function blake2bStart(lane: u32): void {
  const state = LANES + lane * LANE_SIZE;
  store<u64>(state, IV0 ^ PARAMETERS, 0);
  store<u64>(state, IV1, 8);
  store<u64>(state, IV2, 16);
  store<u64>(state, IV3, 24);
  store<u64>(state, IV4, 32);
  store<u64>(state, IV5, 40);
  store<u64>(state, IV6, 48);
  store<u64>(state, IV7, 56);
  store<u64>(state, 0, LANE_COUNT);
}

function wordAt(block: usize, sigma: usize, at: usize): u64 {
  return load<u64>(block + load<u8>(sigma + at));
}

/**
 * Compresses `blocks` blocks of one lane, from its source on. The loop over rounds beats the unrolled form in
 * JavaScriptCore (680 against 515 MB/s), whose register allocator gives up on the latter.
 */
export function blake2bSingle(lane: u32, blocks: u32): void {
  const state: usize = LANES + lane * LANE_SIZE;
  const step = load<u64>(state, LANE_STEP);
  const last = load<u64>(state, LANE_LAST);
  let count = load<u64>(state, LANE_COUNT);
  let block: usize = load<u32>(state, LANE_SOURCE);
  for (const end: usize = block + blocks * BLOCK; block < end; block += BLOCK) {
    count += step;
    let v0 = load<u64>(state, 0);
    let v1 = load<u64>(state, 8);
    let v2 = load<u64>(state, 16);
    let v3 = load<u64>(state, 24);
    let v4 = load<u64>(state, 32);
    let v5 = load<u64>(state, 40);
    let v6 = load<u64>(state, 48);
    let v7 = load<u64>(state, 56);
    let v8 = IV0;
    let v9 = IV1;
    let v10 = IV2;
    let v11 = IV3;
    let v12 = IV4 ^ count;
    let v13 = IV5;
    let v14 = IV6 ^ last;
    let v15 = IV7;
    for (let s: usize = SIGMA, stop: usize = SIGMA + ROUNDS * 16; s < stop; s += 16) {
      v0 = v0 + v4 + wordAt(block, s, 0);
      v12 = rotr<u64>(v12 ^ v0, 32);
      v8 = v8 + v12;
      v4 = rotr<u64>(v4 ^ v8, 24);
      v0 = v0 + v4 + wordAt(block, s, 1);
      v12 = rotr<u64>(v12 ^ v0, 16);
      v8 = v8 + v12;
      v4 = rotr<u64>(v4 ^ v8, 63);

      v1 = v1 + v5 + wordAt(block, s, 2);
      v13 = rotr<u64>(v13 ^ v1, 32);
      v9 = v9 + v13;
      v5 = rotr<u64>(v5 ^ v9, 24);
      v1 = v1 + v5 + wordAt(block, s, 3);
      v13 = rotr<u64>(v13 ^ v1, 16);
      v9 = v9 + v13;
      v5 = rotr<u64>(v5 ^ v9, 63);

      v2 = v2 + v6 + wordAt(block, s, 4);
      v14 = rotr<u64>(v14 ^ v2, 32);
      v10 = v10 + v14;
      v6 = rotr<u64>(v6 ^ v10, 24);
      v2 = v2 + v6 + wordAt(block, s, 5);
      v14 = rotr<u64>(v14 ^ v2, 16);
      v10 = v10 + v14;
      v6 = rotr<u64>(v6 ^ v10, 63);

      v3 = v3 + v7 + wordAt(block, s, 6);
      v15 = rotr<u64>(v15 ^ v3, 32);
      v11 = v11 + v15;
      v7 = rotr<u64>(v7 ^ v11, 24);
      v3 = v3 + v7 + wordAt(block, s, 7);
      v15 = rotr<u64>(v15 ^ v3, 16);
      v11 = v11 + v15;
      v7 = rotr<u64>(v7 ^ v11, 63);

      v0 = v0 + v5 + wordAt(block, s, 8);
      v15 = rotr<u64>(v15 ^ v0, 32);
      v10 = v10 + v15;
      v5 = rotr<u64>(v5 ^ v10, 24);
      v0 = v0 + v5 + wordAt(block, s, 9);
      v15 = rotr<u64>(v15 ^ v0, 16);
      v10 = v10 + v15;
      v5 = rotr<u64>(v5 ^ v10, 63);

      v1 = v1 + v6 + wordAt(block, s, 10);
      v12 = rotr<u64>(v12 ^ v1, 32);
      v11 = v11 + v12;
      v6 = rotr<u64>(v6 ^ v11, 24);
      v1 = v1 + v6 + wordAt(block, s, 11);
      v12 = rotr<u64>(v12 ^ v1, 16);
      v11 = v11 + v12;
      v6 = rotr<u64>(v6 ^ v11, 63);

      v2 = v2 + v7 + wordAt(block, s, 12);
      v13 = rotr<u64>(v13 ^ v2, 32);
      v8 = v8 + v13;
      v7 = rotr<u64>(v7 ^ v8, 24);
      v2 = v2 + v7 + wordAt(block, s, 13);
      v13 = rotr<u64>(v13 ^ v2, 16);
      v8 = v8 + v13;
      v7 = rotr<u64>(v7 ^ v8, 63);

      v3 = v3 + v4 + wordAt(block, s, 14);
      v14 = rotr<u64>(v14 ^ v3, 32);
      v9 = v9 + v14;
      v4 = rotr<u64>(v4 ^ v9, 24);
      v3 = v3 + v4 + wordAt(block, s, 15);
      v14 = rotr<u64>(v14 ^ v3, 16);
      v9 = v9 + v14;
      v4 = rotr<u64>(v4 ^ v9, 63);
    }
    store<u64>(state, load<u64>(state, 0) ^ v0 ^ v8, 0);
    store<u64>(state, load<u64>(state, 8) ^ v1 ^ v9, 8);
    store<u64>(state, load<u64>(state, 16) ^ v2 ^ v10, 16);
    store<u64>(state, load<u64>(state, 24) ^ v3 ^ v11, 24);
    store<u64>(state, load<u64>(state, 32) ^ v4 ^ v12, 32);
    store<u64>(state, load<u64>(state, 40) ^ v5 ^ v13, 40);
    store<u64>(state, load<u64>(state, 48) ^ v6 ^ v14, 48);
    store<u64>(state, load<u64>(state, 56) ^ v7 ^ v15, 56);
  }
  store<u64>(state, count, LANE_COUNT);
}

/** The same word of both lanes. */
function both(offset: usize): v128 {
  const first: usize = LANES;
  const second: usize = LANES + LANE_SIZE;
  return i64x2.replace_lane(v128.load64_zero(first + offset), 1, load<u64>(second + offset));
}

function twice(word: u64): v128 {
  return i64x2.splat(word);
}

/** state word ^= a ^ b, in both lanes. */
function fold(offset: usize, a: v128, b: v128): void {
  const word = v128.xor(both(offset), v128.xor(a, b));
  const first: usize = LANES;
  const second: usize = LANES + LANE_SIZE;
  store<i64>(first + offset, i64x2.extract_lane(word, 0));
  store<i64>(second + offset, i64x2.extract_lane(word, 1));
}

function rotr32(x: v128): v128 {
  return v128.shuffle<i32>(x, x, 1, 0, 3, 2);
}

function rotr24(x: v128): v128 {
  return v128.shuffle<i8>(x, x, 3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10);
}

function rotr16(x: v128): v128 {
  return v128.shuffle<i16>(x, x, 1, 2, 3, 0, 5, 6, 7, 4);
}

function rotr63(x: v128): v128 {
  return v128.or(i64x2.shr_u(x, 63), i64x2.add(x, x));
}

function sum(a: v128, b: v128): v128 {
  return i64x2.add(a, b);
}

function wordsAt(sigma: usize, at: usize): v128 {
  return v128.load((<usize> PAIRED_WORDS) + ((<usize> load<u8>(sigma + at)) << 1));
}

/** Lays the message words of two blocks side by side. */
function pairWords(first: usize, second: usize): void {
  for (let i: usize = 0; i < 128; i += 16) {
    const a = v128.load(first + i);
    const b = v128.load(second + i);
    const target: usize = (<usize> PAIRED_WORDS) + (i << 1);
    v128.store(target, v128.shuffle<i64>(a, b, 0, 2));
    v128.store(target, v128.shuffle<i64>(a, b, 1, 3), 16);
  }
}

/** Compresses `blocks` blocks of both lanes, each from its own source on: at once where there are vectors. */
export function blake2bPair(blocks: u32): void {
  if (ASC_FEATURE_SIMD) {
    blake2bLanes(blocks);
  } else {
    blake2bSingle(0, blocks);
    blake2bSingle(1, blocks);
  }
}

function blake2bLanes(blocks: u32): void {
  const steps = both(LANE_STEP);
  const last = both(LANE_LAST);
  let counts = both(LANE_COUNT);
  let first: usize = load<u32>(LANES, LANE_SOURCE);
  let second: usize = load<u32>(LANES + LANE_SIZE, LANE_SOURCE);
  for (let n: u32 = 0; n < blocks; n++) {
    pairWords(first, second);
    first += BLOCK;
    second += BLOCK;
    counts = sum(counts, steps);
    let v0 = both(0);
    let v1 = both(8);
    let v2 = both(16);
    let v3 = both(24);
    let v4 = both(32);
    let v5 = both(40);
    let v6 = both(48);
    let v7 = both(56);
    let v8 = twice(IV0);
    let v9 = twice(IV1);
    let v10 = twice(IV2);
    let v11 = twice(IV3);
    let v12 = v128.xor(twice(IV4), counts);
    let v13 = twice(IV5);
    let v14 = v128.xor(twice(IV6), last);
    let v15 = twice(IV7);
    for (let s: usize = SIGMA, stop: usize = SIGMA + ROUNDS * 16; s < stop; s += 16) {
      v0 = sum(sum(v0, v4), wordsAt(s, 0));
      v12 = rotr32(v128.xor(v12, v0));
      v8 = sum(v8, v12);
      v4 = rotr24(v128.xor(v4, v8));
      v0 = sum(sum(v0, v4), wordsAt(s, 1));
      v12 = rotr16(v128.xor(v12, v0));
      v8 = sum(v8, v12);
      v4 = rotr63(v128.xor(v4, v8));

      v1 = sum(sum(v1, v5), wordsAt(s, 2));
      v13 = rotr32(v128.xor(v13, v1));
      v9 = sum(v9, v13);
      v5 = rotr24(v128.xor(v5, v9));
      v1 = sum(sum(v1, v5), wordsAt(s, 3));
      v13 = rotr16(v128.xor(v13, v1));
      v9 = sum(v9, v13);
      v5 = rotr63(v128.xor(v5, v9));

      v2 = sum(sum(v2, v6), wordsAt(s, 4));
      v14 = rotr32(v128.xor(v14, v2));
      v10 = sum(v10, v14);
      v6 = rotr24(v128.xor(v6, v10));
      v2 = sum(sum(v2, v6), wordsAt(s, 5));
      v14 = rotr16(v128.xor(v14, v2));
      v10 = sum(v10, v14);
      v6 = rotr63(v128.xor(v6, v10));

      v3 = sum(sum(v3, v7), wordsAt(s, 6));
      v15 = rotr32(v128.xor(v15, v3));
      v11 = sum(v11, v15);
      v7 = rotr24(v128.xor(v7, v11));
      v3 = sum(sum(v3, v7), wordsAt(s, 7));
      v15 = rotr16(v128.xor(v15, v3));
      v11 = sum(v11, v15);
      v7 = rotr63(v128.xor(v7, v11));

      v0 = sum(sum(v0, v5), wordsAt(s, 8));
      v15 = rotr32(v128.xor(v15, v0));
      v10 = sum(v10, v15);
      v5 = rotr24(v128.xor(v5, v10));
      v0 = sum(sum(v0, v5), wordsAt(s, 9));
      v15 = rotr16(v128.xor(v15, v0));
      v10 = sum(v10, v15);
      v5 = rotr63(v128.xor(v5, v10));

      v1 = sum(sum(v1, v6), wordsAt(s, 10));
      v12 = rotr32(v128.xor(v12, v1));
      v11 = sum(v11, v12);
      v6 = rotr24(v128.xor(v6, v11));
      v1 = sum(sum(v1, v6), wordsAt(s, 11));
      v12 = rotr16(v128.xor(v12, v1));
      v11 = sum(v11, v12);
      v6 = rotr63(v128.xor(v6, v11));

      v2 = sum(sum(v2, v7), wordsAt(s, 12));
      v13 = rotr32(v128.xor(v13, v2));
      v8 = sum(v8, v13);
      v7 = rotr24(v128.xor(v7, v8));
      v2 = sum(sum(v2, v7), wordsAt(s, 13));
      v13 = rotr16(v128.xor(v13, v2));
      v8 = sum(v8, v13);
      v7 = rotr63(v128.xor(v7, v8));

      v3 = sum(sum(v3, v4), wordsAt(s, 14));
      v14 = rotr32(v128.xor(v14, v3));
      v9 = sum(v9, v14);
      v4 = rotr24(v128.xor(v4, v9));
      v3 = sum(sum(v3, v4), wordsAt(s, 15));
      v14 = rotr16(v128.xor(v14, v3));
      v9 = sum(v9, v14);
      v4 = rotr63(v128.xor(v4, v9));
    }
    fold(0, v0, v8);
    fold(8, v1, v9);
    fold(16, v2, v10);
    fold(24, v3, v11);
    fold(32, v4, v12);
    fold(40, v5, v13);
    fold(48, v6, v14);
    fold(56, v7, v15);
  }
  store<i64>(LANES, i64x2.extract_lane(counts, 0), LANE_COUNT);
  store<i64>(LANES + LANE_SIZE, i64x2.extract_lane(counts, 1), LANE_COUNT);
}
