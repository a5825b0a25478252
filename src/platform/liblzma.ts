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

/** Streams of the system's liblzma; undefined where there is none. */
export function systemLzmaStreams(): LzmaStreams | undefined {
  let library: Liblzma;
  try {
    library = openLibrary(libraryNames(), SIGNATURES);
  } catch {
    return undefined;
  }
  return { open: (data, room) => new SystemLzmaStream(library, data, room) };
}

function libraryNames(): readonly string[] {
  return forSystem({
    linux: () => ["liblzma.so.5"],
    darwin: () => ["/usr/lib/liblzma.5.dylib"],
    freebsd: () => ["liblzma.so.5"],
  });
}

class SystemLzmaStream implements LzmaStream {
  readonly #words = new BigUint64Array(new ArrayBuffer(8 * STREAM_WORDS));
  readonly #stream = new Uint8Array(this.#words.buffer);
  readonly #input: Uint8Array<ArrayBuffer>;
  readonly #output: Uint8Array<ArrayBuffer>;

  constructor(private readonly library: Liblzma, data: Uint8Array, room: number) {
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
    this.library.lzma_end(this.#stream);
    // Left to the garbage collector, hundreds of megabytes would pile up.
    for (const { buffer } of [this.#input, this.#output]) buffer.transfer(0);
  }
}
