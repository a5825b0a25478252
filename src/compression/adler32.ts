const MODULUS = 65521;
/** So many bytes can be added before a sum outgrows 32 bits. */
const STRETCH = 5552;

/** The checksum at the end of a zlib stream (RFC 1950, 8.2). */
export function adler32(data: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (let at = 0; at < data.length;) {
    const end = Math.min(at + STRETCH, data.length);
    for (; at < end; at++) {
      low += data[at]!;
      high += low;
    }
    low %= MODULUS;
    high %= MODULUS;
  }
  return ((high << 16) | low) >>> 0;
}
