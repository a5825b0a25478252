import {
  CHECK_NONE,
  DECODER_MEMORY,
  FINISH,
  type LzmaStream,
  type LzmaStreams,
  MEMORY_ERROR,
  OK,
} from "../../wasm/liblzma.ts";
import { addressOf, type Functions, openLibrary } from "./ffi.ts";
import { forSystem } from "./system.ts";

const SIGNATURES = {
  lzma_easy_encoder: { args: ["buffer", "u32", "u32"], returns: "i32" },
  lzma_stream_decoder: { args: ["buffer", "u64", "u32"], returns: "i32" },
  lzma_code: { args: ["buffer", "i32"], returns: "i32" },
  lzma_end: { args: ["buffer"], returns: "void" },
} as const;

type Liblzma = Functions<typeof SIGNATURES>;

/** Fields of lzma_stream, in words of 8 bytes; the length holds what later versions may add. */
const NEXT_IN = 0;
const AVAILABLE_IN = 1;
const NEXT_OUT = 3;
const AVAILABLE_OUT = 4;
const STREAM_WORDS = 32;

/** The highest preset whose encoder is kept for the next stream: it takes 94 MiB, that of preset 9 takes 674. */
const LARGEST_KEPT = 6;

/** Streams of the system's liblzma, one at a time; undefined where there is none. */
export function systemLzmaStreams(): LzmaStreams | undefined {
  let library: Liblzma;
  try {
    library = openLibrary(libraryNames(), SIGNATURES);
  } catch {
    return undefined;
  }
  const words = new BigUint64Array(new ArrayBuffer(8 * STREAM_WORDS));
  return { open: (data, room) => new SystemLzmaStream(library, words, data, room) };
}

function libraryNames(): readonly string[] {
  return forSystem({
    linux: () => ["liblzma.so.5"],
    darwin: () => ["/usr/lib/liblzma.5.dylib"],
    freebsd: () => ["liblzma.so.5"],
  });
}

/**
 * One lzma_stream after the other in the same place, so that each coder takes over the memory of the one before: with memory
 * of their own, page faults cost more than small chunks themselves.
 */
class SystemLzmaStream implements LzmaStream {
  readonly #words: BigUint64Array<ArrayBuffer>;
  readonly #stream: Uint8Array<ArrayBuffer>;
  #isKept = true;
  readonly #input: Uint8Array<ArrayBuffer>;
  readonly #output: Uint8Array<ArrayBuffer>;

  constructor(private readonly library: Liblzma, words: BigUint64Array<ArrayBuffer>, data: Uint8Array, room: number) {
    this.#words = words;
    this.#stream = new Uint8Array(words.buffer);
    // Not every runtime tells where shared memory is.
    this.#input = new Uint8Array(data);
    this.#output = new Uint8Array(room);
    this.#words[NEXT_IN] = data.length === 0 ? 0n : addressOf(this.#input);
    this.#words[AVAILABLE_IN] = BigInt(data.length);
  }

  get inputLeft(): number {
    return Number(this.#words[AVAILABLE_IN]);
  }

  startEncoder(preset: number): void {
    this.#isKept = preset <= LARGEST_KEPT;
    const status = this.library.lzma_easy_encoder(this.#stream, preset, CHECK_NONE);
    if (status === MEMORY_ERROR) throw new RangeError("liblzma has no memory left");
    if (status !== OK) throw new RangeError(`liblzma refuses preset ${preset} with status ${status}`);
  }

  startDecoder(): void {
    const status = this.library.lzma_stream_decoder(this.#stream, DECODER_MEMORY, 0);
    if (status !== OK) throw new RangeError(`liblzma cannot decode: status ${status}`);
  }

  code(): { status: number; output: Uint8Array } {
    this.#words[NEXT_OUT] = addressOf(this.#output);
    this.#words[AVAILABLE_OUT] = BigInt(this.#output.length);
    const status = this.library.lzma_code(this.#stream, FINISH);
    if (status === MEMORY_ERROR) throw new RangeError("liblzma has no memory left");
    return { status, output: this.#output.slice(0, this.#output.length - Number(this.#words[AVAILABLE_OUT])) };
  }

  close(): void {
    if (!this.#isKept) this.library.lzma_end(this.#stream);
    // Left to the garbage collector, hundreds of megabytes would pile up.
    for (const { buffer } of [this.#input, this.#output]) buffer.transfer(0);
  }
}
