import { DecompressionError } from "../../errors.ts";
import type { BitReader } from "./bit_reader.ts";
import { Crc } from "./crc.ts";
import { CodeTable } from "./huffman.ts";
import { GROUP, MAX_CODE_LENGTH, MAX_TABLES, MIN_TABLES, RUN, RUN_B } from "./layout.ts";

const PIECE = 16384;

/** Reads the blocks of a stream, one after the other. */
export class BlockReader {
  /** In the low byte the last column of the sorted rotations, above it which row comes next. */
  readonly #rows: Uint32Array;
  #length = 0;

  /** @param capacity bytes that a block may hold before its runs are expanded */
  constructor(private readonly capacity: number) {
    this.#rows = new Uint32Array(capacity);
  }

  /** The contents of the block that comes next, in pieces. Throws DecompressionError when its CRC is not `crc`. */
  *read(bits: BitReader, crc: number): Generator<Uint8Array> {
    if (bits.read(1) === 1) throw new DecompressionError("bzip2: blocks of versions before 0.9.5 cannot be read");
    const origin = bits.read(24);
    this.#readColumn(bits);
    if (origin >= this.#length) throw damaged("origin of a block");
    this.#linkRows();
    const found = new Crc();
    yield* expanded(this.#bytes(origin), found);
    if (found.value !== crc) throw damaged("CRC of a block");
  }

  #readColumn(bits: BitReader): void {
    const alphabet = readAlphabet(bits);
    const end = alphabet.length + 1;
    const tableCount = bits.read(3);
    if (tableCount < MIN_TABLES || tableCount > MAX_TABLES) throw damaged("number of tables");
    const selectors = readSelectors(bits, tableCount);
    const tables = Array.from({ length: tableCount }, () => new CodeTable(readLengths(bits, end + 1)));
    this.#length = 0;
    let run = 0;
    let digit = 1;
    for (let i = 0;; i++) {
      const selector = selectors[Math.floor(i / GROUP)];
      if (selector === undefined) throw damaged("number of selectors");
      const symbol = tables[selector]!.read(bits);
      if (symbol <= RUN_B) {
        run += digit << symbol;
        digit <<= 1;
        if (run > this.capacity) throw damaged("length of a run");
        continue;
      }
      this.#append(alphabet[0]!, run);
      [run, digit] = [0, 1];
      if (symbol === end) return;
      this.#append(moveToFront(alphabet, symbol - 1), 1);
    }
  }

  #append(byte: number, count: number): void {
    if (this.#length + count > this.capacity) throw damaged("length of a block");
    this.#rows.fill(byte, this.#length, this.#length += count);
  }

  /** The sorted column of first bytes is that of last bytes in another order: links each row to the one that goes on. */
  #linkRows(): void {
    const rows = this.#rows;
    const next = new Uint32Array(257);
    for (let i = 0; i < this.#length; i++) next[(rows[i]! & 0xff) + 1]!++;
    for (let byte = 1; byte < 257; byte++) next[byte]! += next[byte - 1]!;
    for (let i = 0; i < this.#length; i++) rows[next[rows[i]! & 0xff]!++]! |= i << 8;
  }

  *#bytes(origin: number): Generator<Uint8Array> {
    const rows = this.#rows;
    let row = rows[origin]! >>> 8;
    for (let done = 0; done < this.#length;) {
      const piece = new Uint8Array(Math.min(PIECE, this.#length - done));
      for (let i = 0; i < piece.length; i++) {
        const entry = rows[row]!;
        piece[i] = entry;
        row = entry >>> 8;
      }
      done += piece.length;
      yield piece;
    }
  }
}

/** Undoes the coding of runs: after four equal bytes comes the number of further ones. */
function* expanded(pieces: Iterable<Uint8Array>, crc: Crc): Generator<Uint8Array> {
  let byte = 0;
  let run = 0;
  for (const piece of pieces) {
    // Five bytes can stand for 259; what is not used is given up with the piece.
    const out = new Uint8Array(piece.length * 52 + 256);
    let length = 0;
    for (const next of piece) {
      const isCount = run === RUN;
      run = isCount ? 0 : run > 0 && next === byte ? run + 1 : 1;
      if (!isCount) byte = next;
      for (let left = isCount ? next : 1; left > 0; left--) {
        out[length++] = byte;
        crc.add(byte);
      }
    }
    if (length > 0) yield out.slice(0, length);
  }
}

/** The bytes that occur: sixteen bits tell which sixteenths have some, sixteen more for each of them which. */
function readAlphabet(bits: BitReader): Uint8Array {
  const sixteenths = bits.read(16);
  const found: number[] = [];
  for (let high = 0; high < 16; high++) {
    if ((sixteenths & (0x8000 >> high)) === 0) continue;
    const used = bits.read(16);
    for (let low = 0; low < 16; low++) if ((used & (0x8000 >> low)) !== 0) found.push(high * 16 + low);
  }
  if (found.length === 0) throw damaged("alphabet");
  return Uint8Array.from(found);
}

/** Which table each group of symbols is coded by, each as a place in a list that moves to the front. */
function readSelectors(bits: BitReader, tableCount: number): Uint8Array {
  const selectors = new Uint8Array(bits.read(15));
  const tables = Uint8Array.from({ length: tableCount }, (_, i) => i);
  for (let i = 0; i < selectors.length; i++) {
    let place = 0;
    while (bits.read(1) === 1) if (++place === tableCount) throw damaged("selector");
    selectors[i] = moveToFront(tables, place);
  }
  return selectors;
}

/** Lengths of codes, each by steps from the one before. */
function readLengths(bits: BitReader, count: number): Uint8Array {
  const lengths = new Uint8Array(count);
  let length = bits.read(5);
  for (let i = 0; i < count; i++) {
    while (bits.read(1) === 1) length += bits.read(1) === 0 ? 1 : -1;
    if (length < 1 || length > MAX_CODE_LENGTH) throw damaged("length of a code");
    lengths[i] = length;
  }
  return lengths;
}

function moveToFront(list: Uint8Array, place: number): number {
  const value = list[place]!;
  list.copyWithin(1, 0, place);
  list[0] = value;
  return value;
}

function damaged(what: string): DecompressionError {
  return new DecompressionError(`bzip2: wrong ${what}`);
}
