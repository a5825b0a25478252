import type { Codec } from "./compression.ts";
import { compressLz4 } from "./lz4.ts";
import { compressLzma } from "./lzma.ts";
import { compressNone } from "./none.ts";
import type { Payload } from "./payload.ts";
import { compressZlib } from "./zlib.ts";
import { compressZstd } from "./zstd.ts";

/** The payload of one codec; of `none` where the codec does not make the data shorter. */
export function compressWith(codec: Codec, data: Uint8Array): Payload {
  return attempt(codec, data) ?? compressNone(data);
}

function attempt(codec: Codec, data: Uint8Array): Payload | undefined {
  switch (codec.name) {
    case "none":
      return undefined;
    case "lz4":
      return compressLz4(data);
    case "zstd":
      return compressZstd(data, codec.level);
    case "zlib":
      return compressZlib(data, codec.level);
    case "lzma":
      return compressLzma(data, codec.level);
  }
}
