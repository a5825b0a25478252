import { release } from "../encoding/release.ts";
import { DecompressionError } from "./errors.ts";
import { HEADER_LENGTH, HEADERS } from "./header.ts";
import { decompressLz4 } from "./lz4.ts";
import { decompressLzma } from "./lzma.ts";
import { unwrap } from "./obfuscate.ts";
import { decompressZlib } from "./zlib.ts";
import { decompressZstd } from "./zstd.ts";

export type StoredCompression = keyof typeof HEADERS | "zlib";

const NAMES = new Map<number, StoredCompression>(
  Object.entries(HEADERS).map(([name, header]) => [header, name as keyof typeof HEADERS]),
);

/** Which codec a payload begins with. Throws DecompressionError when it is none of those known. */
export function detectCompression(payload: Uint8Array): StoredCompression {
  const [first, second] = payload;
  if (first === undefined || second === undefined) throw new DecompressionError("payload has no header");
  const name = second === 0 ? NAMES.get(first) : undefined;
  if (name) return name;
  if ((first & 0x0f) === 8 && (first * 256 + second) % 31 === 0) return "zlib";
  throw new DecompressionError(`no decompressor for the header ${first}, ${second}`);
}

/**
 * The data of a stored payload; may be a view into it. Throws DecompressionError when the payload is damaged, lies about
 * its length or holds more than MAX_PLAINTEXT.
 */
export function decompress(payload: Uint8Array): Uint8Array {
  const { data, memory } = expand(payload);
  return memory === "shared" ? data.slice() : data;
}

/**
 * Writes the data of a stored payload to the beginning of `out` and gives its length; undefined when it is longer than `out`.
 * Throws what `decompress` throws.
 */
export function decompressInto(payload: Uint8Array, out: Uint8Array): number | undefined {
  const { data, memory } = expand(payload);
  const { length } = data;
  if (length <= out.length) out.set(data);
  if (memory === "own") release(data);
  return length <= out.length ? length : undefined;
}

interface Expanded {
  readonly data: Uint8Array;
  /** `shared` is valid until a kernel is used again. */
  readonly memory: "own" | "shared" | "payload";
}

function expand(payload: Uint8Array): Expanded {
  let inner = payload;
  while (detectCompression(inner) === "obfuscate") inner = unwrap(inner);
  const name = detectCompression(inner) as Exclude<StoredCompression, "obfuscate">;
  const body = inner.subarray(HEADER_LENGTH);
  switch (name) {
    case "none":
      return { data: body, memory: "payload" };
    case "lz4":
      return { data: decompressLz4(body), memory: "shared" };
    case "zstd":
      return { data: decompressZstd(body), memory: "own" };
    case "zlib":
      return { data: decompressZlib(inner), memory: "own" };
    case "lzma":
      return { data: decompressLzma(body), memory: "own" };
  }
}
