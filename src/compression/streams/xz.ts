import { XzCoder } from "../../../wasm/xz_coder.ts";
import { DecompressionError } from "../errors.ts";
import type { Emit, StreamCodec, StreamCompressor } from "./codec.ts";

/** What the `xz` program does by default. */
const PRESET = 6;
const NOTHING = new Uint8Array(0);

export const xz: StreamCodec = { compressor: (emit) => new XzCompressor(emit), decompress };

class XzCompressor implements StreamCompressor {
  readonly #coder = XzCoder.encoder(PRESET);

  constructor(private readonly emit: Emit) {}

  write(bytes: Uint8Array): Promise<void> {
    for (const output of this.#coder.code(bytes, false)) this.emit(output);
    return Promise.resolve();
  }

  end(): Promise<void> {
    for (const output of this.#coder.code(NOTHING, true)) this.emit(output);
    return Promise.resolve();
  }
}

async function* decompress(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const coder = XzCoder.decoder();
  for await (const piece of pieces) yield* guarded(coder, piece, false);
  yield* guarded(coder, NOTHING, true);
}

function* guarded(coder: XzCoder, piece: Uint8Array, last: boolean): Generator<Uint8Array> {
  try {
    yield* coder.code(piece, last);
  } catch (error) {
    if (error instanceof RangeError) throw new DecompressionError(error.message, { cause: error });
    throw error;
  }
}
