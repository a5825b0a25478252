import { pipeline, Readable, type Transform } from "node:stream";
import { DecompressionError } from "../errors.ts";
import type { Emit, StreamCompressor } from "./codec.ts";

/** A compressor of `node:zlib`. */
export function zlibCompressor(transform: Transform, emit: Emit): StreamCompressor {
  return new TransformCompressor(transform, emit);
}

class TransformCompressor implements StreamCompressor {
  #failure: unknown;

  constructor(private readonly transform: Transform, emit: Emit) {
    transform.on("data", (bytes: Uint8Array) => this.#guarded(() => emit(bytes)));
    transform.on("error", (error) => this.#failure ??= error);
  }

  async write(bytes: Uint8Array): Promise<void> {
    await new Promise<void>((resolve) => this.transform.write(bytes, () => resolve()));
    this.#throwFailure();
  }

  async end(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.transform.once("end", resolve).once("error", () => resolve()));
    this.transform.end();
    await ended;
    this.#throwFailure();
  }

  /** An error in a listener would end the process. */
  #guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#failure ??= error;
    }
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}

/** What a decompressor of `node:zlib` makes of the pieces. Throws DecompressionError, or what the pieces throw. */
export async function* decompressWith(
  transform: Transform,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let sourceFailed: { readonly error: unknown } | undefined;
  const watched = async function* () {
    try {
      yield* pieces;
    } catch (error) {
      sourceFailed = { error };
      throw error;
    }
  };
  pipeline(Readable.from(watched(), { objectMode: false }), transform, () => {});
  try {
    for await (const bytes of transform) yield bytes as Uint8Array;
  } catch (error) {
    if (sourceFailed) throw sourceFailed.error;
    throw new DecompressionError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
