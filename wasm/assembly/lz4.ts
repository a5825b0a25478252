import { LZ4_TABLE, LZ4_TABLE_SIZE } from "../layout";

/** The block format: a match is at least 4 bytes, at most 65535 back, begins 12 and ends 5 bytes before the end. */
const MIN_MATCH: u32 = 4;
const MAX_DISTANCE: usize = 65535;
const MATCH_MARGIN: u32 = 12;
const LITERAL_MARGIN: u32 = 5;
/** A token's half that says "more length bytes follow". */
const LONG: u32 = 15;

/** After every 64 misses in a row the search moves one byte further per step. */
const PATIENCE: u32 = 6;
const PRIME: u64 = 889523592379;

const DAMAGED: i32 = -1;
const FULL: i32 = -2;

/** Where the table holds the position of the last 5 bytes like those at `at`. */
function slotOf(at: usize): usize {
  return LZ4_TABLE + <usize> ((((load<u64>(at) << 24) * PRIME) >> 52) << 2);
}

/** Copies `length` bytes in steps of 16: up to 15 bytes more are read and written. */
function copySteps(target: usize, source: usize, length: usize): void {
  for (const end = target + length; target < end; target += 16, source += 16) {
    if (ASC_FEATURE_SIMD) {
      v128.store(target, v128.load(source));
    } else {
      store<u64>(target, load<u64>(source));
      store<u64>(target, load<u64>(source, 8), 8);
    }
  }
}

function copyLiterals(target: usize, source: usize, length: usize): void {
  if (length > 256) memory.copy(target, source, length);
  else copySteps(target, source, length);
}

/** How many bytes from `a` and `b` on are equal, `b` ending at `end`. */
function common(a: usize, b: usize, end: usize): u32 {
  const start = b;
  while (b + 8 <= end) {
    const difference = load<u64>(a) ^ load<u64>(b);
    if (difference) return <u32> (b - start) + <u32> (ctz<u64>(difference) >> 3);
    a += 8;
    b += 8;
  }
  while (b < end && load<u8>(a) === load<u8>(b)) {
    a++;
    b++;
  }
  return <u32> (b - start);
}

/** Writes what of a length did not fit in the token. */
function writeLength(out: usize, rest: u32): usize {
  for (; rest >= 255; rest -= 255) store<u8>(out++, 255);
  store<u8>(out++, <u8> rest);
  return out;
}

function writeLiterals(out: usize, source: usize, length: u32, matchNibble: u32): usize {
  store<u8>(out++, <u8> ((min<u32>(length, LONG) << 4) | matchNibble));
  if (length >= LONG) out = writeLength(out, length - LONG);
  copyLiterals(out, source, length);
  return out + length;
}

/**
 * Compresses to one LZ4 block and gives its length. Needs room for length + length / 255 + 32 bytes at `target`, and up to
 * 15 bytes after the source are read.
 */
export function lz4Compress(source: usize, length: u32, target: usize): u32 {
  memory.fill(LZ4_TABLE, 0, LZ4_TABLE_SIZE);
  const end = source + length;
  let out = target;
  let anchor = source;
  let at = source + 1;
  if (length > MATCH_MARGIN) {
    const lastStart = end - MATCH_MARGIN;
    const matchEnd = end - LITERAL_MARGIN;
    let misses: u32 = 1 << PATIENCE;
    store<u32>(slotOf(source), 0);
    while (at <= lastStart) {
      const slot = slotOf(at);
      let match = source + <usize> load<u32>(slot);
      store<u32>(slot, <u32> (at - source));
      if (load<u32>(match) !== load<u32>(at) || at - match > MAX_DISTANCE) {
        at += misses++ >> PATIENCE;
        continue;
      }
      while (at > anchor && match > source && load<u8>(at - 1) === load<u8>(match - 1)) {
        at--;
        match--;
      }
      const extra = common(match + MIN_MATCH, at + MIN_MATCH, matchEnd);
      out = writeLiterals(out, anchor, <u32> (at - anchor), min<u32>(extra, LONG));
      store<u16>(out, <u16> (at - match));
      out += 2;
      if (extra >= LONG) out = writeLength(out, extra - LONG);
      at += MIN_MATCH + extra;
      anchor = at;
      misses = 1 << PATIENCE;
      if (at <= lastStart) store<u32>(slotOf(at - 2), <u32> (at - 2 - source));
    }
  }
  out = writeLiterals(out, anchor, <u32> (end - anchor), 0);
  return <u32> (out - target);
}

/** Address after the length bytes at `at`, or 0 when the input ends within them. */
function afterLength(at: usize, end: usize): usize {
  while (at < end) if (load<u8>(at++) !== 255) return at;
  return 0;
}

/** The length whose extra bytes lie from `from` to `to`. */
function lengthOf(from: usize, to: usize): u64 {
  return <u64> LONG + <u64> (to - from - 1) * 255 + <u64> load<u8>(to - 1);
}

/** Copies a match, which may overlap what it writes: the distance is first made a multiple of itself of 16 or more. */
function copyMatch(out: usize, distance: usize, length: usize): void {
  if (distance < 16) {
    const step = distance * ((15 + distance) / distance);
    const stop = out + min<usize>(step, length);
    const end = out + length;
    for (; out < stop; out++) store<u8>(out, load<u8>(out - distance));
    if (out < end) copySteps(out, out - step, end - out);
  } else copySteps(out, out - distance, length);
}

/**
 * Decompresses one LZ4 block and gives the length of the result, -1 for a damaged block, or -2 when the result is longer
 * than `capacity`. Up to 15 bytes after the source are read and up to 15 after the capacity are written.
 */
export function lz4Decompress(source: usize, length: u32, target: usize, capacity: u32): i32 {
  const end = source + length;
  const limit = target + capacity;
  let out = target;
  while (source < end) {
    const token = <u32> load<u8>(source++);
    let literals = <u64> (token >> 4);
    if (literals === LONG) {
      const next = afterLength(source, end);
      if (!next) return DAMAGED;
      literals = lengthOf(source, next);
      source = next;
    }
    if (literals > <u64> (end - source)) return DAMAGED;
    if (literals > <u64> (limit - out)) return FULL;
    copyLiterals(out, source, <usize> literals);
    out += <usize> literals;
    source += <usize> literals;
    if (source === end) return <i32> (out - target);

    if (end - source < 2) return DAMAGED;
    const distance = <usize> load<u16>(source);
    source += 2;
    if (distance === 0 || distance > out - target) return DAMAGED;
    let match = <u64> (token & LONG);
    if (match === LONG) {
      const next = afterLength(source, end);
      if (!next) return DAMAGED;
      match = lengthOf(source, next);
      source = next;
    }
    match += MIN_MATCH;
    if (match > <u64> (limit - out)) return FULL;
    copyMatch(out, distance, <usize> match);
    out += <usize> match;
  }
  return DAMAGED;
}
