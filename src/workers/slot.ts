import { ID_LENGTH } from "../repository/repository.ts";

/** The most chunks that one slot carries. */
export const SLOT_CHUNKS = 2048;

const INPUT_LENGTHS = 0;
const OUTPUT_LENGTHS = INPUT_LENGTHS + 4 * SLOT_CHUNKS;
const IDS = OUTPUT_LENGTHS + 4 * SLOT_CHUNKS;
const DATA = IDS + ID_LENGTH * SLOT_CHUNKS;

/**
 * Shared memory that carries one batch of chunks to a worker and its results back:
 *
 *     u32[SLOT_CHUNKS]      input length of each chunk
 *     u32[SLOT_CHUNKS]      output length of each chunk
 *     32 x SLOT_CHUNKS      object ids
 *     inputCapacity bytes   inputs, back to back
 *     the rest              outputs, back to back
 *
 * Pages are only backed by memory once they are touched, so a large capacity costs little.
 */
export class Slot {
  readonly inputLengths: Uint32Array;
  readonly outputLengths: Uint32Array;
  readonly input: Uint8Array;
  readonly output: Uint8Array;
  readonly #ids: Uint8Array;

  constructor(readonly shared: SharedArrayBuffer, readonly inputCapacity: number) {
    this.inputLengths = new Uint32Array(shared, INPUT_LENGTHS, SLOT_CHUNKS);
    this.outputLengths = new Uint32Array(shared, OUTPUT_LENGTHS, SLOT_CHUNKS);
    this.#ids = new Uint8Array(shared, IDS, ID_LENGTH * SLOT_CHUNKS);
    this.input = new Uint8Array(shared, DATA, inputCapacity);
    this.output = new Uint8Array(shared, DATA + inputCapacity);
  }

  static allocate(inputCapacity: number, outputCapacity: number): Slot {
    return new Slot(new SharedArrayBuffer(DATA + inputCapacity + outputCapacity), inputCapacity);
  }

  /** The first `count` inputs, as views. */
  inputs(count: number): Uint8Array[] {
    let end = 0;
    return Array.from({ length: count }, (_, i) => this.input.subarray(end, end += this.inputLengths[i]!));
  }

  /** The first `count` outputs, as views. */
  outputs(count: number): Uint8Array[] {
    let end = 0;
    return Array.from({ length: count }, (_, i) => this.output.subarray(end, end += this.outputLengths[i]!));
  }

  /** The id of chunk `i`: a view into the shared memory. */
  id(i: number): Uint8Array {
    return this.#ids.subarray(i * ID_LENGTH, (i + 1) * ID_LENGTH);
  }

  setId(i: number, id: Uint8Array): void {
    this.#ids.set(id, i * ID_LENGTH);
  }
}
