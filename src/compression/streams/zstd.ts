import { createZstdCompress, createZstdDecompress } from "node:zlib";
import { DecompressionError } from "../errors.ts";
import type { StreamCodec } from "./codec.ts";
import { Pieces } from "./pieces.ts";
import { decompressWith, zlibCompressor } from "./zlib_stream.ts";

const MAGIC = 0xfd2fb528;
/** Frames of other things, which are passed over; the last four bits may be anything. */
const SKIPPABLE = 0x184d2a50;

const SINGLE_SEGMENT = 0x20;
const CHECKSUM = 0x04;
const DICTIONARY_LENGTHS = [0, 1, 2, 4];
const CONTENT_SIZE_LENGTHS = [0, 2, 4, 8];

const LAST_BLOCK = 1;
const REPEATED_BYTE = 1;

/**
 * The frames are taken apart here: measured, Bun's decompressor does not mind a frame that is cut short, and Deno's waits
 * for the rest for ever and stops after the first frame.
 */
export const zstd: StreamCodec = {
  compressor: (emit) => zlibCompressor(createZstdCompress(), emit),
  decompress,
};

async function* decompress(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = new Pieces(pieces);
  do {
    const start = await input.take(4);
    const magic = new DataView(start.buffer).getUint32(0, true);
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) await input.take(await input.word());
    else if (magic === MAGIC) yield* decompressWith(createZstdDecompress(), frame(input, start));
    else throw new DecompressionError("not a zstd frame");
  } while (!await input.isAtEnd());
}

/** The bytes of one frame: its header, its blocks, and perhaps a checksum. */
async function* frame(input: Pieces, start: Uint8Array): AsyncGenerator<Uint8Array> {
  yield start;
  const descriptor = await input.take(1);
  const flags = descriptor[0]!;
  yield descriptor;
  yield await input.take(headerLength(flags));
  for (let isLast = false; !isLast;) {
    const header = await input.take(3);
    const fields = header[0]! | (header[1]! << 8) | (header[2]! << 16);
    isLast = (fields & LAST_BLOCK) !== 0;
    yield header;
    yield await input.take(((fields >> 1) & 3) === REPEATED_BYTE ? 1 : fields >> 3);
  }
  if ((flags & CHECKSUM) !== 0) yield await input.take(4);
}

/** What follows the first byte of a frame's header: window, dictionary, length of the contents. */
function headerLength(flags: number): number {
  const isSingle = (flags & SINGLE_SEGMENT) !== 0;
  const contentSize = flags >> 6 === 0 && isSingle ? 1 : CONTENT_SIZE_LENGTHS[flags >> 6]!;
  return (isSingle ? 0 : 1) + DICTIONARY_LENGTHS[flags & 3]! + contentSize;
}
