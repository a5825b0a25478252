import { XXH64_COUNT, XXH64_STATE, XXH64_TAIL } from "../layout";

const PRIME1: u64 = 0x9e3779b185ebca87;
const PRIME2: u64 = 0xc2b2ae3d27d4eb4f;
const PRIME3: u64 = 0x165667b19e3779f9;
const PRIME4: u64 = 0x85ebca77c2b2ae63;
const PRIME5: u64 = 0x27d4eb2f165667c5;

const STRIPE: u32 = 32;
const STATE: usize = XXH64_STATE;
const TAIL: usize = XXH64_STATE + XXH64_TAIL;

/** An empty input, seed 0. */
export function xxh64Start(): void {
  store<u64>(STATE, PRIME1 + PRIME2, 0);
  store<u64>(STATE, PRIME2, 8);
  store<u64>(STATE, 0, 16);
  store<u64>(STATE, 0 - PRIME1, 24);
  store<u64>(STATE, 0, XXH64_COUNT);
}

function round(accumulator: u64, word: u64): u64 {
  return rotl<u64>(accumulator + word * PRIME2, 31) * PRIME1;
}

function merge(hash: u64, accumulator: u64): u64 {
  return (hash ^ round(0, accumulator)) * PRIME1 + PRIME4;
}

/** Takes the stripes from `source` up to, not including, the first one that does not end before `end`; gives its address. */
function stripes(source: usize, end: usize): usize {
  let a = load<u64>(STATE, 0);
  let b = load<u64>(STATE, 8);
  let c = load<u64>(STATE, 16);
  let d = load<u64>(STATE, 24);
  while (source + STRIPE <= end) {
    a = round(a, load<u64>(source, 0));
    b = round(b, load<u64>(source, 8));
    c = round(c, load<u64>(source, 16));
    d = round(d, load<u64>(source, 24));
    source += STRIPE;
  }
  store<u64>(STATE, a, 0);
  store<u64>(STATE, b, 8);
  store<u64>(STATE, c, 16);
  store<u64>(STATE, d, 24);
  return source;
}

export function xxh64Update(source: usize, length: u32): void {
  const count = load<u64>(STATE, XXH64_COUNT);
  const held = <u32> (count % STRIPE);
  const end = source + length;
  store<u64>(STATE, count + length, XXH64_COUNT);
  if (held > 0) {
    const taken = min<u32>(STRIPE - held, length);
    memory.copy(TAIL + held, source, taken);
    if (held + taken < STRIPE) return;
    stripes(TAIL, TAIL + STRIPE);
    source += taken;
  }
  source = stripes(source, end);
  memory.copy(TAIL, source, end - source);
}

function avalanche(hash: u64): u64 {
  hash = (hash ^ (hash >> 33)) * PRIME2;
  hash = (hash ^ (hash >> 29)) * PRIME3;
  return hash ^ (hash >> 32);
}

function merged(count: u64): u64 {
  if (count < STRIPE) return PRIME5;
  const a = load<u64>(STATE, 0);
  const b = load<u64>(STATE, 8);
  const c = load<u64>(STATE, 16);
  const d = load<u64>(STATE, 24);
  const hash = rotl<u64>(a, 1) + rotl<u64>(b, 7) + rotl<u64>(c, 12) + rotl<u64>(d, 18);
  return merge(merge(merge(merge(hash, a), b), c), d);
}

/** The hash of what came so far; more may follow. */
export function xxh64Digest(): u64 {
  const count = load<u64>(STATE, XXH64_COUNT);
  let hash = merged(count) + count;
  let at: usize = TAIL;
  const end: usize = TAIL + <usize> (count % STRIPE);
  for (; at + 8 <= end; at += 8) hash = rotl<u64>(hash ^ round(0, load<u64>(at)), 27) * PRIME1 + PRIME4;
  if (at + 4 <= end) {
    hash = rotl<u64>(hash ^ (<u64> load<u32>(at) * PRIME1), 23) * PRIME2 + PRIME3;
    at += 4;
  }
  for (; at < end; at++) hash = rotl<u64>(hash ^ (<u64> load<u8>(at) * PRIME5), 11) * PRIME1;
  return avalanche(hash);
}
