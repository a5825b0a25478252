/** A QR code (ISO/IEC 18004) of bytes with error correction level M. Version v, 1 to 40, has 17 + 4v modules a side. */
export interface QrCode {
  readonly size: number;
  /** One entry per module, row by row; 1 = dark. */
  readonly modules: Uint8Array;
}

/** Level M: error correction codewords per block, and number of blocks, by version from 1. */
const CORRECTION = [
  ...[10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26],
  ...[26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28],
];
const BLOCKS = [
  ...[1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16],
  ...[17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49],
];
const LEVEL_M = 0b00;
const BYTE_MODE = 0b0100;
const FORMAT_POLYNOMIAL = 0x537;
const FORMAT_MASK = 0x5412;
const VERSION_POLYNOMIAL = 0x1f25;
const FIELD_POLYNOMIAL = 0x11d;
const PADDING = [0xec, 0x11];

/** Modules that are left for data when finders, timing, format, version and alignment patterns are drawn. */
function rawModules(version: number): number {
  const size = sizeOf(version);
  const lines = alignmentCentres(version).length;
  const alignments = lines === 0 ? 0 : lines * lines - 3;
  const onTiming = lines === 0 ? 0 : 2 * (lines - 2);
  const finders = 3 * 64;
  const timing = 2 * (size - 16);
  const format = 31;
  return size * size - finders - timing - format - (version < 7 ? 0 : 36) - 25 * alignments + 5 * onTiming;
}

function sizeOf(version: number): number {
  return 17 + 4 * version;
}

function codewords(version: number): number {
  return Math.floor(rawModules(version) / 8);
}

function dataCodewords(version: number): number {
  return codewords(version) - CORRECTION[version - 1]! * BLOCKS[version - 1]!;
}

function countBits(version: number): number {
  return version < 10 ? 8 : 16;
}

function smallestVersion(length: number): number {
  for (let version = 1; version <= 40; version++) {
    if (4 + countBits(version) + 8 * length <= 8 * dataCodewords(version)) return version;
  }
  throw new RangeError(`${length} bytes do not fit into a QR code`);
}

/** Mode, length, data, terminator and padding. */
function encodeData(data: Uint8Array, version: number): Uint8Array {
  const bits: number[] = [];
  const push = (value: number, count: number) => {
    for (let i = count - 1; i >= 0; i--) bits.push(value >> i & 1);
  };
  push(BYTE_MODE, 4);
  push(data.length, countBits(version));
  for (const byte of data) push(byte, 8);
  const capacity = 8 * dataCodewords(version);
  push(0, Math.min(4, capacity - bits.length));
  push(0, -bits.length & 7);
  for (let i = 0; bits.length < capacity; i++) push(PADDING[i % 2]!, 8);
  return packBits(bits);
}

function packBits(bits: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(bits.length / 8);
  bits.forEach((bit, i) => bytes[i >> 3]! |= bit << (7 - (i & 7)));
  return bytes;
}

/** Product in GF(256). */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let i = 7; i >= 0; i--) {
    product = product << 1 ^ (product >> 7) * FIELD_POLYNOMIAL;
    product ^= (b >> i & 1) * a;
  }
  return product;
}

/** Coefficients of (x - 2^0)(x - 2^1)…, without the leading 1. */
function generator(degree: number): Uint8Array {
  const coefficients = new Uint8Array(degree);
  coefficients[degree - 1] = 1;
  for (let i = 0, root = 1; i < degree; i++, root = multiply(root, 2)) {
    for (let j = 0; j < degree; j++) {
      coefficients[j] = multiply(coefficients[j]!, root) ^ (coefficients[j + 1] ?? 0);
    }
  }
  return coefficients;
}

/** Remainder of the polynomial division: the Reed-Solomon error correction codewords. */
function correction(data: Uint8Array, divisor: Uint8Array): Uint8Array {
  const remainder = new Uint8Array(divisor.length);
  for (const byte of data) {
    const factor = byte ^ remainder[0]!;
    remainder.copyWithin(0, 1);
    remainder[remainder.length - 1] = 0;
    divisor.forEach((coefficient, i) => remainder[i]! ^= multiply(coefficient, factor));
  }
  return remainder;
}

/** Data cut into blocks, each with its correction, interleaved byte by byte. The last blocks are one byte longer. */
function interleave(data: Uint8Array, version: number): Uint8Array {
  const count = BLOCKS[version - 1]!;
  const divisor = generator(CORRECTION[version - 1]!);
  const short = Math.floor(data.length / count);
  const longFrom = count - data.length % count;
  const blocks = Array.from({ length: count }, (_, i) => {
    const start = i * short + Math.max(0, i - longFrom);
    return data.subarray(start, start + short + (i < longFrom ? 0 : 1));
  });
  const corrections = blocks.map((block) => correction(block, divisor));
  return Uint8Array.from([...columns(blocks, short + 1), ...columns(corrections, divisor.length)]);
}

function columns(blocks: readonly Uint8Array[], length: number): number[] {
  const rows = Array.from({ length }, (_, i) => i);
  return rows.flatMap((i) => blocks.filter((block) => i < block.length).map((block) => block[i]!));
}

/** `value` with the remainder of its division by a BCH polynomial of the given degree. */
function withRemainder(value: number, polynomial: number, degree: number): number {
  let remainder = value;
  for (let i = 0; i < degree; i++) remainder = remainder << 1 ^ (remainder >> (degree - 1)) * polynomial;
  return value << degree | remainder;
}

function alignmentCentres(version: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.floor((version * 8 + count * 3 + 5) / (count * 4 - 4)) * 2;
  return [6, ...Array.from({ length: count - 1 }, (_, i) => sizeOf(version) - 7 - (count - 2 - i) * step)];
}

const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => x * y % 2 + x * y % 3 === 0,
  (x, y) => (x * y % 2 + x * y % 3) % 2 === 0,
  (x, y) => ((x + y) % 2 + x * y % 3) % 2 === 0,
];

/** The square while it is drawn. */
class Canvas {
  readonly size: number;
  readonly modules: Uint8Array;
  /** 1 = part of a function pattern, not of the data. */
  readonly #reserved: Uint8Array;

  constructor(readonly version: number) {
    this.size = sizeOf(version);
    this.modules = new Uint8Array(this.size * this.size);
    this.#reserved = new Uint8Array(this.size * this.size);
    this.#drawPatterns();
  }

  #set(x: number, y: number, dark: boolean | number): void {
    if (x < 0 || y < 0 || x >= this.size || y >= this.size) return;
    this.modules[y * this.size + x] = Number(dark);
    this.#reserved[y * this.size + x] = 1;
  }

  #drawPatterns(): void {
    const { size } = this;
    for (let i = 0; i < size; i++) {
      this.#set(6, i, i % 2 === 0);
      this.#set(i, 6, i % 2 === 0);
    }
    for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]] as const) this.#drawSquares(x, y, 4);
    const centres = alignmentCentres(this.version);
    const last = centres.at(-1);
    for (const x of centres) {
      for (const y of centres) {
        const finder = (x === 6 && y === 6) || (x === 6 && y === last) || (x === last && y === 6);
        if (!finder) this.#drawSquares(x, y, 2);
      }
    }
    this.drawFormat(0);
    this.#drawVersion();
  }

  /** Nested squares: a finder with its light border (radius 4), or an alignment pattern (radius 2). */
  #drawSquares(centreX: number, centreY: number, radius: number): void {
    for (let dy = -radius; dy <= radius; dy++) {
      for (let dx = -radius; dx <= radius; dx++) {
        const ring = Math.max(Math.abs(dx), Math.abs(dy));
        const light = radius === 4 ? ring === 2 || ring === 4 : ring === 1;
        this.#set(centreX + dx, centreY + dy, !light);
      }
    }
  }

  /** Level and mask, twice. */
  drawFormat(mask: number): void {
    const { size } = this;
    const bits = withRemainder(LEVEL_M << 3 | mask, FORMAT_POLYNOMIAL, 10) ^ FORMAT_MASK;
    for (let i = 0; i < 15; i++) {
      const bit = bits >> i & 1;
      const first = i < 6 ? i : i < 8 ? i + 1 : undefined;
      if (first !== undefined) this.#set(8, first, bit);
      else this.#set(i === 8 ? 7 : 14 - i, 8, bit);
      if (i < 8) this.#set(size - 1 - i, 8, bit);
      else this.#set(8, size - 15 + i, bit);
    }
    this.#set(8, size - 8, 1);
  }

  #drawVersion(): void {
    if (this.version < 7) return;
    const bits = withRemainder(this.version, VERSION_POLYNOMIAL, 12);
    for (let i = 0; i < 18; i++) {
      const across = this.size - 11 + i % 3;
      const down = Math.floor(i / 3);
      this.#set(across, down, bits >> i & 1);
      this.#set(down, across, bits >> i & 1);
    }
  }

  /** Two columns at a time from the right, up and down in turn, around the vertical timing pattern. */
  drawData(data: Uint8Array): void {
    let bit = 0;
    for (let right = this.size - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5;
      const upwards = (right + 1 & 2) === 0;
      for (let step = 0; step < this.size; step++) {
        const y = upwards ? this.size - 1 - step : step;
        for (const x of [right, right - 1]) {
          if (this.#reserved[y * this.size + x]) continue;
          this.modules[y * this.size + x] = (data[bit >> 3] ?? 0) >> (7 - (bit & 7)) & 1;
          bit++;
        }
      }
    }
  }

  /** Turns the data modules that the mask names; doing it twice changes nothing. */
  applyMask(mask: number): void {
    const turns = MASKS[mask]!;
    for (let y = 0; y < this.size; y++) {
      for (let x = 0; x < this.size; x++) {
        const at = y * this.size + x;
        if (!this.#reserved[at] && turns(x, y)) this.modules[at]! ^= 1;
      }
    }
  }
}

/** How hard the square is to read: runs, blocks of one colour, false finders, uneven share of dark. */
function penalty({ size, modules }: QrCode): number {
  let score = 0;
  const rows = Array.from({ length: size }, (_, y) => modules.subarray(y * size, (y + 1) * size));
  const turned = rows.map((_, x) => Uint8Array.from(rows, (row) => row[x]!));
  for (const line of [...rows, ...turned]) score += linePenalty(line.join(""));
  for (let y = 1; y < size; y++) {
    for (let x = 1; x < size; x++) {
      const sum = rows[y]![x]! + rows[y]![x - 1]! + rows[y - 1]![x]! + rows[y - 1]![x - 1]!;
      if (sum === 0 || sum === 4) score += 3;
    }
  }
  const dark = modules.reduce((sum, module) => sum + module, 0);
  return score + Math.floor(Math.abs(dark * 20 / modules.length - 10)) * 10;
}

function linePenalty(line: string): number {
  const runs = line.match(/0{5,}|1{5,}/g) ?? [];
  const finders = line.match(/(?=00001011101|10111010000)/g) ?? [];
  return runs.reduce((sum, run) => sum + run.length - 2, 0) + 40 * finders.length;
}

/** The QR code of `data`, with the mask that is easiest to read. Throws RangeError above 2331 bytes. */
export function encodeQr(data: Uint8Array): QrCode {
  const version = smallestVersion(data.length);
  const canvas = new Canvas(version);
  canvas.drawData(interleave(encodeData(data, version), version));
  const scores = MASKS.map((_, mask) => {
    drawMasked(canvas, mask);
    const score = penalty(canvas);
    canvas.applyMask(mask);
    return score;
  });
  drawMasked(canvas, scores.indexOf(Math.min(...scores)));
  return { size: canvas.size, modules: canvas.modules };
}

function drawMasked(canvas: Canvas, mask: number): void {
  canvas.applyMask(mask);
  canvas.drawFormat(mask);
}
