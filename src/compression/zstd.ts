import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { release } from "../encoding/release.ts";
import { unzstd } from "../platform/unzstd.ts";
import { DecompressionError } from "./errors.ts";
import { headerOf } from "./header.ts";
import { MAX_PLAINTEXT } from "./limits.ts";
import { discard, type Payload } from "./payload.ts";
import { plain } from "./plain.ts";
import { zstdContentSize } from "./zstd_frame.ts";

/** Most bytes that a frame for `length` bytes can have. */
function frameBound(length: number): number {
  return length + (length >> 8) + 128;
}

/** undefined = not shorter than the data. The frame must carry the content size, which not every runtime writes unasked. */
export function compressZstd(data: Uint8Array, level: number): Payload | undefined {
  const options = {
    params: { [constants.ZSTD_c_compressionLevel]: level },
    pledgedSrcSize: data.length,
    // With room for all of it the library neither copies the data first nor has the frame put together from pieces.
    chunkSize: frameBound(data.length),
  };
  const frame = zstdCompressSync(data, options);
  const payload = { parts: [headerOf("zstd"), frame], owned: frame };
  if (frame.length < data.length) return payload;
  discard(payload);
  return undefined;
}

export function decompressZstd(body: Uint8Array): Uint8Array {
  const size = zstdContentSize(body);
  if (size === undefined) throw new DecompressionError("zstd frame does not say how much it holds");
  if (size > MAX_PLAINTEXT) throw new DecompressionError("zstd frame is too long");
  const data = inflate(body, size);
  const { length } = data;
  if (length === size) return data;
  release(data);
  throw new DecompressionError(`zstd frame holds ${length} instead of ${size} bytes`);
}

/** The least that the runtimes take for `chunkSize`. */
const LEAST = 64;

function inflate(frame: Uint8Array, size: number): Uint8Array {
  try {
    if (unzstd) return plain(unzstd(frame));
    return plain(zstdDecompressSync(frame, { maxOutputLength: Math.max(size, 1), chunkSize: Math.max(size, LEAST) }));
  } catch (error) {
    throw new DecompressionError("zstd frame is damaged", { cause: error });
  }
}
