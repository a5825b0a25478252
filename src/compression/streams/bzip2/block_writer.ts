import type { BitWriter } from "./bit_writer.ts";
import { codeLengths, codesOf } from "./huffman.ts";
import { GROUP, MAX_TABLES, MIN_TABLES, RUN_A, RUN_B } from "./layout.ts";
import { sortRotations } from "./rotations.ts";

/** The bzip2 program makes no longer codes. */
const LONGEST_CODE = 17;
/** The coding tables are made better so many times. */
const ROUNDS = 4;
/** From so many symbols on, one table more pays. */
const MORE_TABLES = [200, 600, 1200, 2400];

/** Writes a block, without what stands before it: its signature and its CRC. */
export function writeBlock(block: Uint8Array, bits: BitWriter): void {
  const { last, origin } = sortRotations(block);
  bits.write(0, 1);
  bits.write(origin, 24);
  const alphabet = writeAlphabet(last, bits);
  const symbols = symbolsOf(last, alphabet);
  const { tables, selectors } = chooseTables(symbols, alphabet.length + 2);
  writeTables(tables, selectors, bits);
  writeSymbols(symbols, tables, selectors, bits);
}

function writeAlphabet(column: Uint8Array, bits: BitWriter): Uint8Array {
  const used = new Uint8Array(256);
  for (const byte of column) used[byte] = 1;
  const words = Array.from({ length: 16 }, (_, high) => {
    return used.subarray(high * 16, high * 16 + 16).reduce((word, bit) => word * 2 + bit, 0);
  });
  bits.write(words.reduce((word, low) => word * 2 + (low > 0 ? 1 : 0), 0), 16);
  for (const word of words) if (word > 0) bits.write(word, 16);
  return Uint8Array.from(used.keys()).filter((byte) => used[byte] === 1);
}

/** The column as places in a list of bytes that move to its front, runs of the first place as numbers, and an end. */
function symbolsOf(column: Uint8Array, alphabet: Uint8Array): Uint16Array {
  const symbols = new Uint16Array(column.length + 1);
  const list = alphabet.slice();
  let length = 0;
  let run = 0;
  const endRun = () => {
    for (; run > 0; run = (run - 1) >> 1) symbols[length++] = run % 2 === 1 ? RUN_A : RUN_B;
  };
  for (const byte of column) {
    const place = list.indexOf(byte);
    if (place === 0) {
      run++;
      continue;
    }
    endRun();
    symbols[length++] = place + 1;
    list.copyWithin(1, 0, place);
    list[0] = byte;
  }
  endRun();
  symbols[length++] = alphabet.length + 1;
  return symbols.subarray(0, length);
}

interface Coding {
  /** Lengths of codes. */
  readonly tables: readonly Uint8Array[];
  /** The table of each group of symbols. */
  readonly selectors: Uint8Array;
}

/** Begins with a table for each range of symbols and fits the tables to the groups that they suit best. */
function chooseTables(symbols: Uint16Array, alphabetSize: number): Coding {
  const selectors = new Uint8Array(Math.ceil(symbols.length / GROUP));
  let tables = firstTables(symbols, alphabetSize);
  for (let round = 0; round < ROUNDS; round++) {
    const frequencies = tables.map(() => new Int32Array(alphabetSize));
    for (let group = 0; group < selectors.length; group++) {
      const end = Math.min((group + 1) * GROUP, symbols.length);
      const table = cheapest(tables, symbols, group * GROUP, end);
      selectors[group] = table;
      for (let i = group * GROUP; i < end; i++) frequencies[table]![symbols[i]!]!++;
    }
    tables = frequencies.map((counts) => codeLengths(counts, LONGEST_CODE));
  }
  return { tables, selectors };
}

/** Each table prefers a range of symbols; all ranges occur about equally often. */
function firstTables(symbols: Uint16Array, alphabetSize: number): Uint8Array[] {
  const count = Math.min(MAX_TABLES, MIN_TABLES + MORE_TABLES.filter((least) => symbols.length >= least).length);
  const frequencies = new Int32Array(alphabetSize);
  for (const symbol of symbols) frequencies[symbol]!++;
  const [preferred, other] = [1, 15];
  const tables = Array.from({ length: count }, () => new Uint8Array(alphabetSize).fill(other));
  let seen = 0;
  for (let symbol = 0; symbol < alphabetSize; symbol++) {
    tables[Math.min(count - 1, Math.floor((seen * count) / symbols.length))]![symbol] = preferred;
    seen += frequencies[symbol]!;
  }
  return tables;
}

/** The table that codes the symbols from `start` to `end` in the fewest bits. */
function cheapest(tables: readonly Uint8Array[], symbols: Uint16Array, start: number, end: number): number {
  let best = 0;
  let least = Infinity;
  for (let table = 0; table < tables.length; table++) {
    const lengths = tables[table]!;
    let cost = 0;
    for (let i = start; i < end; i++) cost += lengths[symbols[i]!]!;
    if (cost >= least) continue;
    best = table;
    least = cost;
  }
  return best;
}

function writeTables(tables: readonly Uint8Array[], selectors: Uint8Array, bits: BitWriter): void {
  bits.write(tables.length, 3);
  bits.write(selectors.length, 15);
  const list = Array.from(tables.keys());
  for (const selector of selectors) {
    const place = list.indexOf(selector);
    bits.write((1 << (place + 1)) - 2, place + 1);
    list.unshift(...list.splice(place, 1));
  }
  for (const lengths of tables) writeLengths(lengths, bits);
}

/** Each length by steps from the one before. */
function writeLengths(lengths: Uint8Array, bits: BitWriter): void {
  let length = lengths[0]!;
  bits.write(length, 5);
  for (const next of lengths) {
    for (; length < next; length++) bits.write(0b10, 2);
    for (; length > next; length--) bits.write(0b11, 2);
    bits.write(0, 1);
  }
}

function writeSymbols(symbols: Uint16Array, tables: readonly Uint8Array[], selectors: Uint8Array, bits: BitWriter) {
  const codes = tables.map(codesOf);
  for (let i = 0; i < symbols.length; i++) {
    const table = selectors[Math.floor(i / GROUP)]!;
    bits.write(codes[table]![symbols[i]!]!, tables[table]![symbols[i]!]!);
  }
}
