import { Buffer } from "node:buffer";
import { KERNELS, PLAIN_KERNELS } from "./generated.ts";
import { HEAP } from "./layout.ts";

/** The compiled functions. Addresses and lengths are bytes in the instance's memory; see layout.ts and assembly/. */
export interface KernelFunctions {
  blake2bStart(lane: number): void;
  blake2bSingle(lane: number, blocks: number): void;
  blake2bPair(blocks: number): void;
  buzhashStart(source: number, length: number): void;
  buzhashScan(at: number, limit: number, window: number, mask: number): number;
  lz4Compress(source: number, length: number, target: number): number;
  lz4Decompress(source: number, length: number, target: number, capacity: number): number;
  /** 1 or 0. */
  allZero(source: number, length: number): number;
  xxh64Start(): void;
  xxh64Update(source: number, length: number): void;
  /** As a signed 64-bit number. */
  xxh64Digest(): bigint;
}

const PAGE = 0x10000;
const GROWTH = 0x100000;

/**
 * One instance with its memory. A call is complete when it returns: nothing of it has to survive in the memory, so all
 * users in a thread may share an instance. Who wants the heap for itself (the chunker) makes its own.
 */
export class Kernels {
  readonly run: KernelFunctions;
  readonly #memory: WebAssembly.Memory;
  #bytes: Uint8Array<ArrayBuffer>;
  #words: Int32Array<ArrayBuffer>;

  constructor(module: WebAssembly.Module) {
    const { memory, ...run } = new WebAssembly.Instance(module).exports;
    this.#memory = memory as WebAssembly.Memory;
    this.run = run as unknown as KernelFunctions;
    this.#bytes = new Uint8Array(this.#memory.buffer as ArrayBuffer);
    this.#words = new Int32Array(this.#memory.buffer as ArrayBuffer);
  }

  /** The whole memory; valid until `reserve` grows it. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  /** The same memory as 32-bit words. */
  get words(): Int32Array<ArrayBuffer> {
    return this.#words;
  }

  /** Makes the heap at least `length` bytes long: the only place where memory grows, and it never shrinks. */
  reserve(length: number): void {
    const missing = HEAP + length - this.#bytes.length;
    if (missing <= 0) return;
    this.#memory.grow(Math.ceil(missing / GROWTH) * GROWTH / PAGE);
    this.#bytes = new Uint8Array(this.#memory.buffer as ArrayBuffer);
    this.#words = new Int32Array(this.#memory.buffer as ArrayBuffer);
  }
}

/** Calls `make` once, when its result is first wanted. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => made ??= make();
}

/** JavaScriptCore has vectors on x64 only where the processor has AVX: many small servers have none. */
const compiled = once(() => {
  try {
    return compile(KERNELS);
  } catch (error) {
    if (!(error instanceof WebAssembly.CompileError)) throw error;
    return compile(PLAIN_KERNELS);
  }
});

function compile(base64: string): WebAssembly.Module {
  return new WebAssembly.Module(Buffer.from(base64, "base64"));
}

/** A new instance, synchronously; compiling happens once per thread. */
export function createKernels(): Kernels {
  return new Kernels(compiled());
}

/** An instance that makes do without vectors. */
export function createPlainKernels(): Kernels {
  return new Kernels(compile(PLAIN_KERNELS));
}

/** The thread's common instance, made when first wanted. */
export const sharedKernels: () => Kernels = once(createKernels);
