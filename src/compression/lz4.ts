import { lz4Compress, lz4Decompress } from "../../wasm/lz4.ts";
import { DecompressionError } from "./errors.ts";
import { headerOf } from "./header.ts";
import { MAX_PLAINTEXT } from "./limits.ts";
import type { Payload } from "./payload.ts";

/** undefined = not shorter than the data. */
export function compressLz4(data: Uint8Array): Payload | undefined {
  const block = lz4Compress(data);
  return block.length < data.length ? { parts: [headerOf("lz4"), block] } : undefined;
}

/** The data as a view of memory that the next use of any kernel overwrites. */
export function decompressLz4(body: Uint8Array): Uint8Array {
  const data = lz4Decompress(body, MAX_PLAINTEXT);
  if (!data) throw new DecompressionError("lz4 block is damaged or too long");
  return data;
}
