import { sha256 } from "@noble/hashes/sha2.js";

/** The first `length` bytes of the test vectors' stream: SHA-256 of 0, 1, 2, … as 32-bit big-endian numbers. */
export function testStream(length: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(length / 32) * 32);
  const counter = new DataView(new ArrayBuffer(4));
  for (let i = 0; 32 * i < length; i++) {
    counter.setUint32(0, i);
    bytes.set(sha256(new Uint8Array(counter.buffer)), 32 * i);
  }
  return bytes.subarray(0, length);
}
