import { Buffer } from "node:buffer";
import { closeSync, fstatSync, mkdirSync, openSync, readSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";

const MIB = 2 ** 20;
const SMALL_FILES_IN_A_FOLDER = 100;

/** Reproducible bytes (xorshift32, 4 at a time). */
class Source {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  random(size: number): Buffer {
    const words = new Uint32Array(Math.ceil(size / 4));
    for (let i = 0; i < words.length; i++) words[i] = this.#next();
    return Buffer.from(words.buffer, 0, size);
  }

  /** Made-up words of a small vocabulary: compresses about as prose does. */
  text(size: number): Buffer {
    const words = Array.from({ length: 2000 }, (_, i) => VOCABULARY.at(i % VOCABULARY.length) + (i % 89).toString(36));
    const parts: string[] = [];
    for (let length = 0; length < size;) {
      const word = words[this.#next() % words.length] ?? "";
      parts.push(word);
      length += word.length + 1;
    }
    return Buffer.from(parts.join(" ")).subarray(0, size);
  }

  #next(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return this.#state >>>= 0;
  }
}

const VOCABULARY = [
  "the",
  "river",
  "of",
  "stone",
  "and",
  "archive",
  "went",
  "because",
  "mountain",
  "under",
  "a",
  "seldom",
];

/** One MiB after the other: of ten, two of zeros, four of text, four of noise. */
export function writeImage(path: string, megabytes: number): void {
  const source = new Source(20_240_203);
  const file = openSync(path, "w");
  for (let i = 0; i < megabytes; i++) {
    const kind = i % 10;
    const block = kind < 2 ? Buffer.alloc(MIB) : kind < 6 ? source.text(MIB) : source.random(MIB);
    writeSync(file, block);
  }
  closeSync(file);
}

/** A copy of an image with a hundredth of its blocks of 64 KiB changed, and a few bytes put in at three places. */
export function writeChangedImage(from: string, path: string): void {
  const source = new Source(99);
  const input = openSync(from, "r");
  const file = openSync(path, "w");
  const { size } = fstatSync(input);
  const insertions = [1, 2, 3].map((quarter) => Math.floor(size / MIB * quarter / 4));
  const block = Buffer.alloc(MIB);
  for (let i = 0; i < size / MIB; i++) {
    readSync(input, block, 0, MIB, i * MIB);
    if (insertions.includes(i)) writeSync(file, source.random(1000));
    if (i % 6 === 0) block.set(source.random(MIB / 16), MIB / 4);
    writeSync(file, block);
  }
  closeSync(input);
  closeSync(file);
}

/** Files of up to 4 KiB, half text and half noise, a hundred to a folder. */
export function writeSmallFiles(root: string, count: number): void {
  const source = new Source(7);
  const text = source.text(8 * MIB);
  const noise = source.random(8 * MIB);
  for (let i = 0; i < count; i++) {
    const folder = join(root, String(Math.floor(i / SMALL_FILES_IN_A_FOLDER)));
    if (i % SMALL_FILES_IN_A_FOLDER === 0) mkdirSync(folder, { recursive: true });
    const size = (i * 7919) % 4096;
    const from = (i * 104_729) % (8 * MIB - 4096);
    writeFileSync(join(folder, `file-${i}`), (i % 2 ? text : noise).subarray(from, from + size));
  }
}
