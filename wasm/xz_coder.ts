import {
  AVAILABLE_IN,
  AVAILABLE_OUT,
  compileLiblzma,
  DECODER_MEMORY,
  FINISH,
  type Instance,
  instantiate,
  MEMORY_ERROR,
  NEXT_IN,
  NEXT_OUT,
  OK,
  STREAM_END,
  STREAM_SIZE,
} from "./liblzma.ts";

const RUN = 0;
/** There was nothing to do: more input is needed, or more was promised. */
const BUFFER_ERROR = 10;
const CHECK_CRC64 = 4;
/** One stream behind the other is read as one. */
const CONCATENATED = 8;
const PIECE = 1 << 16;

/** Codes a .xz stream of any length in pieces, in an instance of liblzma of its own. */
export class XzCoder {
  readonly #instance: Instance = instantiate(compileLiblzma());
  readonly #stream: number = this.#instance.allocate(STREAM_SIZE);
  readonly #input: number = this.#instance.allocate(PIECE);
  readonly #output: number = this.#instance.allocate(PIECE);

  private constructor() {
    this.#instance.bytes.fill(0, this.#stream, this.#stream + STREAM_SIZE);
  }

  /** Writes containers with the check that the `xz` program writes. */
  static encoder(preset: number): XzCoder {
    const coder = new XzCoder();
    const status = coder.#instance.functions._lzma_easy_encoder(coder.#stream, preset, CHECK_CRC64);
    if (status !== OK) throw new RangeError(`liblzma refuses preset ${preset} with status ${status}`);
    return coder;
  }

  static decoder(): XzCoder {
    const coder = new XzCoder();
    const status = coder.#instance.functions._lzma_stream_decoder(coder.#stream, DECODER_MEMORY, CONCATENATED);
    if (status !== OK) throw new RangeError(`liblzma cannot decode: status ${status}`);
    return coder;
  }

  /** What comes out for the next bytes; `last`: no more will come. Throws RangeError for what is no .xz stream. */
  *code(bytes: Uint8Array, last: boolean): Generator<Uint8Array> {
    let at = 0;
    do {
      const part = bytes.subarray(at, at + PIECE);
      at += part.length;
      this.#instance.bytes.set(part, this.#input);
      this.#instance.setWord(this.#stream + NEXT_IN, this.#input);
      this.#instance.setWord(this.#stream + AVAILABLE_IN, part.length);
      yield* this.#work(last && at === bytes.length);
    } while (at < bytes.length);
  }

  *#work(last: boolean): Generator<Uint8Array> {
    for (;;) {
      const { status, output } = this.#once(last ? FINISH : RUN);
      if (output.length > 0) yield output;
      if (status === STREAM_END) return;
      if (status === BUFFER_ERROR && !last) return;
      if (status !== OK) throw new RangeError(problemOf(status));
      const isIdle = output.length < PIECE && this.#instance.word(this.#stream + AVAILABLE_IN) === 0;
      if (isIdle && !last) return;
    }
  }

  #once(action: number): { status: number; output: Uint8Array } {
    const instance = this.#instance;
    instance.setWord(this.#stream + NEXT_OUT, this.#output);
    instance.setWord(this.#stream + AVAILABLE_OUT, PIECE);
    const status = instance.functions._lzma_code(this.#stream, action);
    const length = PIECE - instance.word(this.#stream + AVAILABLE_OUT);
    return { status, output: instance.bytes.slice(this.#output, this.#output + length) };
  }
}

function problemOf(status: number): string {
  if (status === MEMORY_ERROR) return "liblzma has no memory left";
  return status === BUFFER_ERROR ? "unexpected end of compressed data" : `xz data is damaged (status ${status})`;
}
