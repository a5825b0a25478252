import { createGunzip, createGzip } from "node:zlib";
import type { StreamCodec } from "./codec.ts";
import { decompressWith, zlibCompressor } from "./zlib_stream.ts";

export const gzip: StreamCodec = {
  compressor: (emit) => zlibCompressor(createGzip(), emit),
  decompress: (pieces) => decompressWith(createGunzip(), pieces),
};
