import { lz4Compress, lz4Decompress } from "../../../wasm/lz4.ts";
import { concat } from "../../encoding/bytes.ts";
import { DecompressionError } from "../errors.ts";
import type { Emit, StreamCodec, StreamCompressor } from "./codec.ts";
import { Pieces } from "./pieces.ts";
import { Xxh32 } from "./xxh32.ts";

const MAGIC = 0x184d2204;
/** Frames of other things, which are passed over; the last four bits may be anything. */
const SKIPPABLE = 0x184d2a50;

const VERSION = 0x40;
const INDEPENDENT = 0x20;
const BLOCK_CHECKSUMS = 0x10;
const CONTENT_SIZE = 0x08;
const CONTENT_CHECKSUM = 0x04;
const DICTIONARY = 0x01;

/** In a block's length: it is not compressed. */
const STORED = 0x80000000;
const BLOCK_LENGTH = 0x400000;
/** The number that stands for this length in a header. */
const BLOCK_LENGTH_CODE = 7;

/** The frame format of the `lz4` program. */
export const lz4Frame: StreamCodec = {
  compressor: (emit) => new Lz4FrameCompressor(emit),
  decompress,
};

class Lz4FrameCompressor implements StreamCompressor {
  readonly #block = new Uint8Array(BLOCK_LENGTH);
  readonly #checksum = new Xxh32();
  #length = 0;

  constructor(private readonly emit: Emit) {
    const descriptor = Uint8Array.of(VERSION | INDEPENDENT | CONTENT_CHECKSUM, BLOCK_LENGTH_CODE << 4);
    emit(concat(word(MAGIC), descriptor, Uint8Array.of(headerChecksum(descriptor))));
  }

  write(bytes: Uint8Array): Promise<void> {
    this.#checksum.update(bytes);
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + BLOCK_LENGTH - this.#length);
      this.#block.set(part, this.#length);
      this.#length += part.length;
      at += part.length;
      if (this.#length === BLOCK_LENGTH) this.#emitBlock();
    }
    return Promise.resolve();
  }

  end(): Promise<void> {
    if (this.#length > 0) this.#emitBlock();
    this.emit(concat(word(0), word(this.#checksum.digest())));
    return Promise.resolve();
  }

  #emitBlock(): void {
    const data = this.#block.subarray(0, this.#length);
    const compressed = lz4Compress(data);
    const shorter = compressed.length < data.length;
    this.emit(shorter ? concat(word(compressed.length), compressed) : concat(word(data.length | STORED), data));
    this.#length = 0;
  }
}

async function* decompress(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = new Pieces(pieces);
  do {
    const magic = await input.word();
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) await input.take(await input.word());
    else if (magic === MAGIC) yield* frame(input);
    else throw new DecompressionError("not an LZ4 frame");
  } while (!await input.isAtEnd());
}

async function* frame(input: Pieces): AsyncGenerator<Uint8Array> {
  const { flags, blockLength } = await readDescriptor(input);
  const checksum = new Xxh32();
  for (let length = await input.word(); length !== 0; length = await input.word()) {
    const data = await readBlock(input, length, blockLength);
    if ((flags & BLOCK_CHECKSUMS) !== 0) await input.word();
    checksum.update(data);
    yield data;
  }
  if ((flags & CONTENT_CHECKSUM) === 0) return;
  if (await input.word() !== checksum.digest()) throw new DecompressionError("wrong checksum of an LZ4 frame");
}

async function readDescriptor(input: Pieces): Promise<{ flags: number; blockLength: number }> {
  const start = await input.take(2);
  const [flags = 0, lengths = 0] = start;
  const optional = await input.take(((flags & CONTENT_SIZE) !== 0 ? 8 : 0) + ((flags & DICTIONARY) !== 0 ? 4 : 0));
  const [checksum] = await input.take(1);
  const code = (lengths >> 4) & 7;
  const isSound = (flags & 0xc0) === VERSION && code >= 4 && checksum === headerChecksum(concat(start, optional));
  if (!isSound) throw new DecompressionError("damaged header of an LZ4 frame");
  if ((flags & INDEPENDENT) === 0 || (flags & DICTIONARY) !== 0) {
    throw new DecompressionError('LZ4 blocks that depend on others: use --tar-filter "lz4 -d"');
  }
  return { flags, blockLength: 1 << (2 * code + 8) };
}

async function readBlock(input: Pieces, length: number, most: number): Promise<Uint8Array> {
  const isStored = (length & STORED) !== 0;
  const size = length & ~STORED;
  if (size > most) throw new DecompressionError("damaged LZ4 block");
  const block = await input.take(size);
  if (isStored) return block;
  const data = lz4Decompress(block, most);
  if (!data) throw new DecompressionError("damaged LZ4 block");
  return data.slice();
}

function headerChecksum(descriptor: Uint8Array): number {
  return (new Xxh32().update(descriptor).digest() >>> 8) & 0xff;
}

function word(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
