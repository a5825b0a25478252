import { Liblzma, WasmLzmaStreams } from "../../wasm/liblzma.ts";
import { systemLzmaStreams } from "../platform/liblzma.ts";
import { DecompressionError } from "./errors.ts";
import { headerOf } from "./header.ts";
import { MAX_PLAINTEXT } from "./limits.ts";
import type { Payload } from "./payload.ts";

/**
 * The system's where there is one: small files take half the time, as it keeps its memory from one to the next, and large ones
 * a little less. Both write the same bytes, but for differing versions.
 */
const liblzma = new Liblzma(() => systemLzmaStreams() ?? new WasmLzmaStreams());

/** undefined = not shorter than the data. */
export function compressLzma(data: Uint8Array, level: number): Payload | undefined {
  const container = liblzma.encode(data, level);
  return container && { parts: [headerOf("lzma"), container], owned: container };
}

export function decompressLzma(body: Uint8Array): Uint8Array {
  const data = liblzma.decode(body, MAX_PLAINTEXT);
  if (!data) throw new DecompressionError("xz container is damaged or too long");
  return data;
}
