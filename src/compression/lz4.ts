import { lz4Compress, lz4Decompress } from "../../wasm/lz4.ts";
import { DecompressionError } from "./errors.ts";
import { withHeader } from "./header.ts";
import { MAX_PLAINTEXT } from "./limits.ts";

/** undefined = not shorter than the data. */
export function compressLz4(data: Uint8Array): Uint8Array | undefined {
  const block = lz4Compress(data);
  return block.length < data.length ? withHeader("lz4", block) : undefined;
}

export function decompressLz4(body: Uint8Array): Uint8Array {
  const data = lz4Decompress(body, MAX_PLAINTEXT);
  if (!data) throw new DecompressionError("lz4 block is damaged or too long");
  return data.slice();
}
