import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import createGlue from "node-liblzma/wasm/liblzma.js";

/** The part of liblzma that is used, under the names that the package's loader gives it. Addresses are numbers. */
interface LiblzmaFunctions {
  _malloc(size: number): number;
  _free(address: number): void;
  _lzma_easy_encoder(stream: number, preset: number, check: number): number;
  _lzma_stream_decoder(stream: number, memoryLimit: bigint, flags: number): number;
  _lzma_code(stream: number, action: number): number;
  _lzma_end(stream: number): void;
}

type Imports = Record<string, Record<string, (size: number) => number>>;

/** Statuses, the action at the end of the input, and the check of containers, by the numbers of lzma.h. */
export const OK = 0;
export const STREAM_END = 1;
export const MEMORY_ERROR = 5;
export const FINISH = 3;
export const CHECK_NONE = 0;

/** Fields of lzma_stream, for addresses of 4 bytes. */
export const STREAM_SIZE = 96;
export const NEXT_IN = 0;
export const AVAILABLE_IN = 4;
export const NEXT_OUT = 16;
export const AVAILABLE_OUT = 20;

/** The shortest .xz container, that of nothing. */
const SHORTEST = 32;
const PIECE = 0x100000;

/** Decoding what preset 9 wrote takes 65 MiB; a container that wants more than this was not written by a preset. */
export const DECODER_MEMORY = 0x8000000n;

/** An instance whose memory has grown beyond this (presets 7 to 9 take 186, 370, 674 MiB) is not used again. */
const MEMORY_KEPT = 0xa000000;

const WASM_PAGE = 0x10000;

declare const require: ((name: string) => string) | undefined;

/**
 * Where the package's binary is. A literal `require` is what makes the bundler embed the file in an executable, in which
 * nothing can be resolved any more; where modules have no `require`, there is no bundle and resolving works.
 */
function binaryPath(): string {
  return typeof require === "function"
    ? require("node-liblzma/wasm/liblzma.wasm")
    : createRequire(import.meta.url).resolve("node-liblzma/wasm/liblzma.wasm");
}

/**
 * Raises the maximum of the memory, 4096 pages (LEB128 80 20) in the package and too little for presets 8 and 9, to 16383
 * pages (ff 7f). It is the end of the memory section, which has the number 5.
 */
function raiseMemoryLimit(binary: Uint8Array): void {
  for (let at = 8; at < binary.length;) {
    const section = binary[at++];
    let length = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      const byte = binary[at++] ?? 0;
      length |= (byte & 0x7f) << shift;
      more = byte >= 0x80;
    }
    at += length;
    if (section === 5 && binary[at - 2] === 0x80 && binary[at - 1] === 0x20) binary.set([0xff, 0x7f], at - 2);
  }
}

export function compileLiblzma(): WebAssembly.Module {
  const binary = new Uint8Array(readFileSync(binaryPath()));
  raiseMemoryLimit(binary);
  return new WebAssembly.Module(binary);
}

function growTo(memory: WebAssembly.Memory, size: number): number {
  try {
    memory.grow(Math.ceil((size - memory.buffer.byteLength) / WASM_PAGE));
    return 1;
  } catch {
    return 0;
  }
}

/**
 * The package's loader is given a way to instantiate that is done when it returns; its own would take turns. The only
 * function that liblzma imports is the one by which it asks for memory; the loader's own stops at 256 MiB.
 */
export function instantiate(module: WebAssembly.Module): Instance {
  let memory: WebAssembly.Memory | undefined;
  const grow = (size: number): number => memory ? growTo(memory, size >>> 0) : 0;
  const instantiateWasm = (imports: Imports, receive: (instance: WebAssembly.Instance) => void): unknown => {
    for (const names of Object.values(imports)) for (const name of Object.keys(names)) names[name] = grow;
    const instance = new WebAssembly.Instance(module, imports);
    memory = Object.values(instance.exports).find((value) => value instanceof WebAssembly.Memory);
    receive(instance);
    return instance.exports;
  };
  const functions = { instantiateWasm };
  createGlue(functions);
  if (!memory) throw new Error("liblzma has no memory");
  return new Instance(functions as unknown as LiblzmaFunctions, memory);
}

/** One instance of liblzma with its memory. */
export class Instance {
  constructor(readonly functions: LiblzmaFunctions, readonly memory: WebAssembly.Memory) {}

  get bytes(): Uint8Array {
    return new Uint8Array(this.memory.buffer);
  }

  word(address: number): number {
    return new DataView(this.memory.buffer).getUint32(address, true);
  }

  setWord(address: number, value: number): void {
    new DataView(this.memory.buffer).setUint32(address, value, true);
  }

  allocate(length: number): number {
    const address = this.functions._malloc(length);
    if (address === 0) throw new RangeError(`liblzma has no memory left for ${length} bytes`);
    return address;
  }
}

/** One container on its way, from its encoder or decoder on until `close`. */
export interface LzmaStream {
  /** Bytes of input that were not used yet. */
  readonly inputLeft: number;
  startEncoder(preset: number): void;
  startDecoder(): void;
  /** Fills the output once. Throws RangeError when there is no memory left. */
  code(): { readonly status: number; readonly output: Uint8Array };
  close(): void;
}

/** What makes streams for `data` that give up to `room` bytes at once. */
export interface LzmaStreams {
  open(data: Uint8Array, room: number): LzmaStream;
}

/** Streams of the WebAssembly binary, which is loaded when first wanted. */
export class WasmLzmaStreams implements LzmaStreams {
  #module: WebAssembly.Module | undefined;
  #instance: Instance | undefined;

  open(data: Uint8Array, room: number): LzmaStream {
    this.#module ??= compileLiblzma();
    const instance = this.#instance ?? instantiate(this.#module);
    this.#instance = undefined;
    return new WasmLzmaStream(instance, data, room, () => {
      if (instance.memory.buffer.byteLength <= MEMORY_KEPT) this.#instance = instance;
    });
  }
}

class WasmLzmaStream implements LzmaStream {
  readonly #instance: Instance;
  readonly #stream: number;
  readonly #input: number;
  readonly #output: number;
  readonly #room: number;

  /** @param closed called when the instance is free again */
  constructor(instance: Instance, data: Uint8Array, room: number, private readonly closed: () => void) {
    this.#instance = instance;
    this.#stream = instance.allocate(STREAM_SIZE);
    this.#input = instance.allocate(data.length);
    this.#output = instance.allocate(room);
    this.#room = room;
    instance.bytes.fill(0, this.#stream, this.#stream + STREAM_SIZE);
    instance.bytes.set(data, this.#input);
    instance.setWord(this.#stream + NEXT_IN, this.#input);
    instance.setWord(this.#stream + AVAILABLE_IN, data.length);
  }

  get inputLeft(): number {
    return this.#instance.word(this.#stream + AVAILABLE_IN);
  }

  startEncoder(preset: number): void {
    const status = this.#instance.functions._lzma_easy_encoder(this.#stream, preset, CHECK_NONE);
    if (status !== OK) throw new RangeError(`liblzma refuses preset ${preset} with status ${status}`);
  }

  startDecoder(): void {
    const status = this.#instance.functions._lzma_stream_decoder(this.#stream, DECODER_MEMORY, 0);
    if (status !== OK) throw new RangeError(`liblzma cannot decode: status ${status}`);
  }

  code(): { status: number; output: Uint8Array } {
    this.#instance.setWord(this.#stream + NEXT_OUT, this.#output);
    this.#instance.setWord(this.#stream + AVAILABLE_OUT, this.#room);
    const status = this.#instance.functions._lzma_code(this.#stream, FINISH);
    if (status === MEMORY_ERROR) throw new RangeError("liblzma has no memory left");
    const length = this.#room - this.#instance.word(this.#stream + AVAILABLE_OUT);
    return { status, output: this.#instance.bytes.slice(this.#output, this.#output + length) };
  }

  close(): void {
    this.#instance.functions._lzma_end(this.#stream);
    for (const address of [this.#output, this.#input, this.#stream]) this.#instance.functions._free(address);
    this.closed();
  }
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** .xz containers without check, the same bytes as Python's lzma module writes. */
export class Liblzma {
  #streams: LzmaStreams | undefined;

  /** @param choose called when the first stream is wanted */
  constructor(private readonly choose: () => LzmaStreams = () => new WasmLzmaStreams()) {}

  /** The container for `data`; undefined when it would not be shorter than the data. */
  encode(data: Uint8Array, preset: number): Uint8Array | undefined {
    if (data.length <= SHORTEST) return undefined;
    return this.#with(data, data.length - 1, (stream) => {
      stream.startEncoder(preset);
      const { status, output } = stream.code();
      return status === STREAM_END ? output : undefined;
    });
  }

  /** What the container holds; undefined when it is damaged, ends early or late, or holds more than `limit` bytes. */
  decode(container: Uint8Array, limit: number): Uint8Array | undefined {
    return this.#with(container, PIECE, (stream) => {
      stream.startDecoder();
      const pieces: Uint8Array[] = [];
      for (let length = 0; length <= limit;) {
        const { status, output } = stream.code();
        pieces.push(output);
        length += output.length;
        if (status === STREAM_END && length <= limit && stream.inputLeft === 0) return joined(pieces, length);
        if (status !== OK) return undefined;
      }
      return undefined;
    });
  }

  #with<T>(data: Uint8Array, room: number, job: (stream: LzmaStream) => T): T {
    this.#streams ??= this.choose();
    const stream = this.#streams.open(data, room);
    try {
      return job(stream);
    } finally {
      stream.close();
    }
  }
}
