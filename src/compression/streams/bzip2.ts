import { DecompressionError } from "../errors.ts";
import { BitReader } from "./bzip2/bit_reader.ts";
import { BitWriter } from "./bzip2/bit_writer.ts";
import { BlockReader } from "./bzip2/block_reader.ts";
import { writeBlock } from "./bzip2/block_writer.ts";
import { combineCrc, Crc } from "./bzip2/crc.ts";
import { BLOCK, BLOCK_UNIT, END, RUN, SIGNATURE } from "./bzip2/layout.ts";
import type { Emit, StreamCodec, StreamCompressor } from "./codec.ts";

/** What the `bzip2` program does by default. */
const LEVEL = 9;
/** The last bytes of a block stay free: so does that program, and a run may take five. */
const FULL = LEVEL * BLOCK_UNIT - 19 - 5;
const LONGEST_RUN = 255;
const ZERO = "0".charCodeAt(0);

/** bzip2: no package does both directions, in pieces. */
export const bzip2: StreamCodec = { compressor: (emit) => new Bzip2Compressor(emit), decompress };

class Bzip2Compressor implements StreamCompressor {
  readonly #bits: BitWriter;
  readonly #block = new Uint8Array(LEVEL * BLOCK_UNIT);
  #length = 0;
  #blockCrc = new Crc();
  #streamCrc = 0;
  #byte = 0;
  /** How often `#byte` has come in a row and is not in the block yet. */
  #run = 0;

  constructor(emit: Emit) {
    this.#bits = new BitWriter(emit);
    this.#bits.write(SIGNATURE, 24);
    this.#bits.write(ZERO + LEVEL, 8);
  }

  write(bytes: Uint8Array): Promise<void> {
    for (const byte of bytes) {
      if (byte !== this.#byte || this.#run === LONGEST_RUN) this.#endRun();
      this.#byte = byte;
      this.#run++;
    }
    return Promise.resolve();
  }

  end(): Promise<void> {
    this.#endRun();
    this.#endBlock();
    for (const half of END) this.#bits.write(half, 24);
    this.#bits.word(this.#streamCrc);
    this.#bits.end();
    return Promise.resolve();
  }

  #endRun(): void {
    for (let i = 0; i < this.#run; i++) {
      this.#blockCrc.add(this.#byte);
      if (i < RUN) this.#block[this.#length++] = this.#byte;
    }
    if (this.#run >= RUN) this.#block[this.#length++] = this.#run - RUN;
    this.#run = 0;
    if (this.#length >= FULL) this.#endBlock();
  }

  #endBlock(): void {
    if (this.#length === 0) return;
    const { value } = this.#blockCrc;
    for (const half of BLOCK) this.#bits.write(half, 24);
    this.#bits.word(value);
    writeBlock(this.#block.subarray(0, this.#length), this.#bits);
    this.#streamCrc = combineCrc(this.#streamCrc, value);
    this.#blockCrc = new Crc();
    this.#length = 0;
  }
}

async function* decompress(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const bits = new BitReader(pieces);
  do {
    yield* readStream(bits);
    await bits.fill();
  } while (!bits.isAtEnd);
}

async function* readStream(bits: BitReader): AsyncGenerator<Uint8Array> {
  await bits.fill();
  const isSigned = bits.read(24) === SIGNATURE;
  const level = bits.read(8) - ZERO;
  if (!isSigned || level < 1 || level > 9) throw new DecompressionError("not a bzip2 stream");
  const blocks = new BlockReader(level * BLOCK_UNIT);
  let crc = 0;
  for (;;) {
    await bits.fill();
    const mark = [bits.read(24), bits.read(24)];
    const expected = bits.word();
    if (mark.join() === END.join()) {
      if (expected !== crc) throw new DecompressionError("bzip2: wrong CRC of the stream");
      return bits.align();
    }
    if (mark.join() !== BLOCK.join()) throw new DecompressionError("bzip2: neither a block nor the end");
    yield* blocks.read(bits, expected);
    crc = combineCrc(crc, expected);
  }
}
