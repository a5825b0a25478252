import { DecompressionError } from "../../errors.ts";
import type { BitReader } from "./bit_reader.ts";
import { MAX_CODE_LENGTH } from "./layout.ts";

/** Lengths of codes, none above `limit`, for symbols that occur so often. Every symbol gets a code. */
export function codeLengths(frequencies: Int32Array, limit: number): Uint8Array {
  let weights = frequencies.map((frequency) => Math.max(frequency, 1));
  for (;;) {
    const lengths = treeDepths(weights);
    if (Math.max(...lengths) <= limit) return lengths;
    weights = weights.map((weight) => 1 + (weight >> 1));
  }
}

/** How deep each leaf lies when the two lightest trees are joined again and again. */
function treeDepths(weights: Int32Array): Uint8Array {
  const { length } = weights;
  const leaves = Int32Array.from(weights.keys()).sort((a, b) => weights[a]! - weights[b]!);
  const sums = new Float64Array(2 * length - 1);
  const parents = new Int32Array(2 * length - 1);
  for (let i = 0; i < length; i++) sums[i] = weights[leaves[i]!]!;
  let leaf = 0;
  let inner = length;
  for (let made = length; made < sums.length; made++) {
    for (let half = 0; half < 2; half++) {
      const takesLeaf = leaf < length && (inner === made || sums[leaf]! <= sums[inner]!);
      const child = takesLeaf ? leaf++ : inner++;
      sums[made]! += sums[child]!;
      parents[child] = made;
    }
  }
  const depths = new Uint8Array(sums.length);
  for (let i = sums.length - 2; i >= 0; i--) depths[i] = depths[parents[i]!]! + 1;
  const byLeaf = new Uint8Array(length);
  for (let i = 0; i < length; i++) byLeaf[leaves[i]!] = depths[i]!;
  return byLeaf;
}

/** The codes that belong to lengths: ascending with the length, and with the symbol. */
export function codesOf(lengths: Uint8Array): Int32Array {
  const codes = new Int32Array(lengths.length);
  let code = 0;
  for (let length = 1; length <= MAX_CODE_LENGTH; length++) {
    for (let symbol = 0; symbol < lengths.length; symbol++) if (lengths[symbol] === length) codes[symbol] = code++;
    code <<= 1;
  }
  return codes;
}

/** Reads symbols by their codes. */
export class CodeTable {
  readonly #shortest: number;
  /** For each length: the code after the last one, and what turns a code into the index of its symbol. */
  readonly #ends = new Int32Array(MAX_CODE_LENGTH + 1);
  readonly #offsets = new Int32Array(MAX_CODE_LENGTH + 1);
  readonly #symbols: Uint16Array;

  constructor(lengths: Uint8Array) {
    this.#shortest = Math.min(...lengths);
    this.#symbols = new Uint16Array(lengths.length);
    let code = 0;
    let index = 0;
    for (let length = 1; length <= MAX_CODE_LENGTH; length++) {
      this.#offsets[length] = index - code;
      for (let symbol = 0; symbol < lengths.length; symbol++) {
        if (lengths[symbol] === length) this.#symbols[index++] = symbol;
      }
      code = index - this.#offsets[length]!;
      this.#ends[length] = code;
      code <<= 1;
    }
  }

  read(bits: BitReader): number {
    let length = this.#shortest;
    let code = bits.read(length);
    while (code >= this.#ends[length]!) {
      if (++length > MAX_CODE_LENGTH) throw new DecompressionError("bzip2: a code that stands for nothing");
      code = (code << 1) | bits.read(1);
    }
    return this.#symbols[code + this.#offsets[length]!]!;
  }
}
