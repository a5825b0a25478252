import { Buffer } from "node:buffer";
import { createCipheriv } from "node:crypto";
import { release } from "../encoding/release.ts";

/** Bigger pieces cost page faults for their outputs (measured in Bun). */
const PIECE = 512 * 1024;

/**
 * Encrypts or decrypts `parts`, one after the other, to `out` from `offset`, with AES-256-CTR from the counter block 8 zero bytes || `iv`.
 * The counter is 128 bits wide and counts blocks of 16 bytes. A part may lie where its result goes.
 */
export function applyCtr(
  key: Uint8Array,
  iv: bigint,
  parts: readonly Uint8Array[],
  out: Uint8Array,
  offset: number,
): void {
  const counter = Buffer.alloc(16);
  counter.writeBigUInt64BE(iv, 8);
  const cipher = createCipheriv("aes-256-ctr", key, counter);
  let end = offset;
  for (const part of parts) {
    for (let start = 0; start < part.length; start += PIECE) {
      const piece = cipher.update(part.subarray(start, start + PIECE));
      out.set(piece, end);
      end += piece.length;
      release(piece);
    }
  }
}
