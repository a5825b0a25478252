import { type Kernels, sharedKernels } from "./kernels.ts";
import { HEAP, PIECE, XXH64_SIZE, XXH64_STATE } from "./layout.ts";

/**
 * XXH64, seed 0, of bytes that come in pieces. The state rests here, not in the kernel's memory, so any number of hashes
 * can be under way on one instance.
 */
export class Xxh64 {
  readonly #kernels: Kernels;
  readonly #state: Uint8Array;

  constructor(kernels: Kernels = sharedKernels()) {
    this.#kernels = kernels;
    kernels.run.xxh64Start();
    this.#state = kernels.bytes.slice(XXH64_STATE, XXH64_STATE + XXH64_SIZE);
  }

  update(bytes: Uint8Array): this {
    const { run, bytes: memory } = this.#kernels;
    memory.set(this.#state, XXH64_STATE);
    for (let at = 0; at < bytes.length; at += PIECE) {
      const piece = bytes.subarray(at, at + PIECE);
      memory.set(piece, HEAP);
      run.xxh64Update(HEAP, piece.length);
    }
    this.#state.set(memory.subarray(XXH64_STATE, XXH64_STATE + XXH64_SIZE));
    return this;
  }

  /** 16 hex digits of what came so far; `update` may go on. */
  digestHex(): string {
    const { run, bytes: memory } = this.#kernels;
    memory.set(this.#state, XXH64_STATE);
    return BigInt.asUintN(64, run.xxh64Digest()).toString(16).padStart(16, "0");
  }
}
