import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { release } from "../encoding/release.ts";
import { DecompressionError } from "./errors.ts";
import { withHeader } from "./header.ts";
import { MAX_PLAINTEXT } from "./limits.ts";
import { plain } from "./plain.ts";
import { zstdContentSize } from "./zstd_frame.ts";

/** undefined = not shorter than the data. The frame must carry the content size, which not every runtime writes unasked. */
export function compressZstd(data: Uint8Array, level: number): Uint8Array | undefined {
  const options = { params: { [constants.ZSTD_c_compressionLevel]: level }, pledgedSrcSize: data.length };
  const frame = zstdCompressSync(data, options);
  const payload = frame.length < data.length ? withHeader("zstd", frame) : undefined;
  release(frame);
  return payload;
}

export function decompressZstd(body: Uint8Array): Uint8Array {
  const size = zstdContentSize(body);
  if (size === undefined) throw new DecompressionError("zstd frame does not say how much it holds");
  if (size > MAX_PLAINTEXT) throw new DecompressionError("zstd frame is too long");
  const data = inflate(body, size);
  if (data.length !== size) throw new DecompressionError(`zstd frame holds ${data.length} instead of ${size} bytes`);
  return data;
}

function inflate(frame: Uint8Array, size: number): Uint8Array {
  try {
    return plain(zstdDecompressSync(frame, { maxOutputLength: Math.max(size, 1) }));
  } catch (error) {
    throw new DecompressionError("zstd frame is damaged", { cause: error });
  }
}
