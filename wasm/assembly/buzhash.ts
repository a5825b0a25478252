import { BUZHASH_IN, BUZHASH_OUT, BUZHASH_STATE } from "../layout";

function entering(byte: u8): u32 {
  return load<u32>((<usize> byte) << 2, BUZHASH_IN);
}

function leaving(byte: u8): u32 {
  return load<u32>((<usize> byte) << 2, BUZHASH_OUT);
}

/** Makes the state the hash of `length` bytes. */
export function buzhashStart(source: usize, length: u32): void {
  let hash: u32 = 0;
  for (const end: usize = source + length; source < end; source++) {
    hash = rotl<u32>(hash, 1) ^ entering(load<u8>(source));
  }
  store<u32>(BUZHASH_STATE, hash);
}

function stopped(hash: u32, at: usize): usize {
  store<u32>(BUZHASH_STATE, hash);
  return at;
}

/**
 * Slides the window that begins at `at` until the masked bits of the hash are zero or it begins at `limit`; gives where it
 * begins then. The byte at `limit + window - 1` is the last one read.
 *
 * The two table entries are joined before they meet the hash: the chain from byte to byte is one rotation and one xor
 * long, which is what bounds the speed. Independent chains, lanes and SIMD were measured and lose.
 */
export function buzhashScan(at: usize, limit: usize, window: u32, mask: u32): usize {
  let hash = load<u32>(BUZHASH_STATE);
  if (!(hash & mask)) return at;
  let head = at + window;
  for (; at + 8 <= limit; at += 8, head += 8) {
    hash = rotl<u32>(hash, 1) ^ (leaving(load<u8>(at, 0)) ^ entering(load<u8>(head, 0)));
    if (!(hash & mask)) return stopped(hash, at + 1);
    hash = rotl<u32>(hash, 1) ^ (leaving(load<u8>(at, 1)) ^ entering(load<u8>(head, 1)));
    if (!(hash & mask)) return stopped(hash, at + 2);
    hash = rotl<u32>(hash, 1) ^ (leaving(load<u8>(at, 2)) ^ entering(load<u8>(head, 2)));
    if (!(hash & mask)) return stopped(hash, at + 3);
    hash = rotl<u32>(hash, 1) ^ (leaving(load<u8>(at, 3)) ^ entering(load<u8>(head, 3)));
    if (!(hash & mask)) return stopped(hash, at + 4);
    hash = rotl<u32>(hash, 1) ^ (leaving(load<u8>(at, 4)) ^ entering(load<u8>(head, 4)));
    if (!(hash & mask)) return stopped(hash, at + 5);
    hash = rotl<u32>(hash, 1) ^ (leaving(load<u8>(at, 5)) ^ entering(load<u8>(head, 5)));
    if (!(hash & mask)) return stopped(hash, at + 6);
    hash = rotl<u32>(hash, 1) ^ (leaving(load<u8>(at, 6)) ^ entering(load<u8>(head, 6)));
    if (!(hash & mask)) return stopped(hash, at + 7);
    hash = rotl<u32>(hash, 1) ^ (leaving(load<u8>(at, 7)) ^ entering(load<u8>(head, 7)));
    if (!(hash & mask)) return stopped(hash, at + 8);
  }
  for (; at < limit && (hash & mask); at++, head++) {
    hash = rotl<u32>(hash, 1) ^ (leaving(load<u8>(at)) ^ entering(load<u8>(head)));
  }
  return stopped(hash, at);
}
