import { Buffer } from "node:buffer";
import { decodeText, encodeText } from "./path.ts";

/**
 * What a message holds once read. Integers are numbers where safe, else bigints; raws (and bins) are views into the
 * input, good for as long as the input is not overwritten; map keys are text in the sense of `path.ts`, or integers.
 */
export type Value = null | boolean | number | bigint | Uint8Array | Value[] | Map<string | number, Value>;

/** What can be written. Maps keep their order; a number must be a safe integer, `Float64` is for the others. */
export type Encodable =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Float64
  | readonly Encodable[]
  | ReadonlyMap<string | number | Uint8Array, Encodable>;

/** A number that is written as a float64 even if it is whole. */
export class Float64 {
  constructor(readonly value: number) {}
}

/** The input is not a message, or not the one that was asked for. */
export class MsgpackError extends Error {
  override readonly name: string = "MsgpackError";
}

/** The input ends within a message. */
export class MsgpackTruncated extends MsgpackError {
  override readonly name = "MsgpackTruncated";

  /** @param needed how long the input must be at least, counted from its start, to get any further */
  constructor(readonly needed: number) {
    super(`a message ends before offset ${needed}`);
  }
}

/** Deepest nesting that is read: recursion must not exhaust the stack. */
const MAX_DEPTH = 512;
/** Most bytes that wait for the rest of their message (format reference 1.2). */
const MAX_BUFFERED = 62914560;
const TWO_32 = 0x100000000;
const TWO_63 = 2 ** 63;
const TWO_64 = 2 ** 64;

/** The message of one value, in a buffer of its own. */
export function encode(value: Encodable): Uint8Array {
  const packer = new Packer();
  packer.value(value);
  return packer.take();
}

/** The one value that `bytes` hold. Throws MsgpackError if there is less or more. */
export function decode(bytes: Uint8Array): Value {
  const reader = new Reader(bytes);
  const value = reader.readValue();
  if (reader.offset !== bytes.length) throw new MsgpackError(`${bytes.length - reader.offset} bytes after a message`);
  return value;
}

/** The entries in ascending order of their keys' bytes: the form called "stable" (format reference 1.1). */
export function sortedMap(entries: Iterable<readonly [string, Encodable]>): Map<string, Encodable> {
  const keyed = Array.from(entries, (entry) => ({ bytes: encodeText(entry[0]), entry }));
  return new Map(keyed.sort((a, b) => Buffer.compare(a.bytes, b.bytes)).map((it) => it.entry));
}

/** Writes messages into one growing buffer, in the dialect of format reference 1.1. */
export class Packer {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = viewOf(this.#bytes);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** What was written so far, in place: good until the next write. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** A copy of what was written so far. The packer is empty afterwards. */
  take(): Uint8Array {
    const copy = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return copy;
  }

  reset(): void {
    this.#length = 0;
  }

  /** Drops what was written after `length`. */
  truncate(length: number): void {
    if (length < this.#length) this.#length = length;
  }

  nil(): void {
    this.#byte(0xc0);
  }

  bool(value: boolean): void {
    this.#byte(value ? 0xc3 : 0xc2);
  }

  /** Throws RangeError on numbers that are not safe integers and on bigints beyond 64 bits. */
  int(value: number | bigint): void {
    if (typeof value === "bigint") this.#bigint(value);
    else if ((value & 0x7f) === value) this.#byte(value);
    else if (!Number.isSafeInteger(value)) throw new RangeError(`not a safe integer: ${value}`);
    else if (value >= 0) this.#positive(value);
    else this.#negative(value);
  }

  float(value: number): void {
    const at = this.#advance(9);
    this.#bytes[at] = 0xcb;
    this.#view.setFloat64(at + 1, value);
  }

  raw(bytes: Uint8Array): void {
    this.rawHeader(bytes.length);
    const at = this.#advance(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** A text in the sense of `path.ts`, as raw. */
  text(text: string): void {
    if (text.length > 64 || !this.#shortAscii(text)) this.raw(encodeText(text));
  }

  /** A short message that was encoded before, such as a key. Measured: a loop is faster than a native copy. */
  message(message: Uint8Array): void {
    const at = this.#advance(message.length);
    for (let i = 0; i < message.length; i++) this.#bytes[at + i] = message[i]!;
  }

  /** Begins a raw of `length` bytes, which must follow. */
  rawHeader(length: number): void {
    this.#header(0xa0, 32, 0xda, length);
  }

  /** Begins an array of `count` values, which must follow. */
  arrayHeader(count: number): void {
    this.#header(0x90, 16, 0xdc, count);
  }

  /** Begins a map of `count` keys, each of which must follow with its value. */
  mapHeader(count: number): void {
    this.#header(0x80, 16, 0xde, count);
  }

  value(value: Encodable): void {
    if (value === null) this.nil();
    else if (typeof value === "boolean") this.bool(value);
    else if (typeof value === "number" || typeof value === "bigint") this.int(value);
    else if (typeof value === "string") this.text(value);
    else if (value instanceof Uint8Array) this.raw(value);
    else if (value instanceof Float64) this.float(value.value);
    else if (value instanceof Map) this.#map(value);
    else this.#array(value as readonly Encodable[]);
  }

  #array(values: readonly Encodable[]): void {
    this.arrayHeader(values.length);
    for (const value of values) this.value(value);
  }

  #map(map: ReadonlyMap<Encodable, Encodable>): void {
    this.mapHeader(map.size);
    for (const [key, value] of map) {
      this.value(key);
      this.value(value);
    }
  }

  #positive(value: number): void {
    if (value < 0x100) {
      const at = this.#advance(2);
      this.#bytes[at] = 0xcc;
      this.#bytes[at + 1] = value;
    } else if (value < 0x10000) {
      const at = this.#advance(3);
      this.#bytes[at] = 0xcd;
      this.#view.setUint16(at + 1, value);
    } else if (value < TWO_32) {
      const at = this.#advance(5);
      this.#bytes[at] = 0xce;
      this.#view.setUint32(at + 1, value);
    } else this.#wide(0xcf, value);
  }

  #negative(value: number): void {
    if (value >= -32) this.#byte(value & 0xff);
    else if (value >= -0x80) {
      const at = this.#advance(2);
      this.#bytes[at] = 0xd0;
      this.#view.setInt8(at + 1, value);
    } else if (value >= -0x8000) {
      const at = this.#advance(3);
      this.#bytes[at] = 0xd1;
      this.#view.setInt16(at + 1, value);
    } else if (value >= -0x80000000) {
      const at = this.#advance(5);
      this.#bytes[at] = 0xd2;
      this.#view.setInt32(at + 1, value);
    } else this.#wide(0xd3, value);
  }

  #wide(type: number, value: number): void {
    const at = this.#advance(9);
    this.#bytes[at] = type;
    this.#view.setInt32(at + 1, Math.floor(value / TWO_32));
    this.#view.setUint32(at + 5, value >>> 0);
  }

  #bigint(value: bigint): void {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return this.int(number);
    // The bounds themselves are numbers: only close to them does rounding count.
    if (number >= TWO_64 && value >= 1n << 64n) throw new RangeError(`beyond 64 bits: ${value}`);
    if (number <= -TWO_63 && value < -(1n << 63n)) throw new RangeError(`beyond 64 bits: ${value}`);
    const at = this.#advance(9);
    this.#bytes[at] = number < 0 ? 0xd3 : 0xcf;
    this.#view.setBigInt64(at + 1, value);
  }

  /** The head of a raw, array or map: `short + length` below `limit`, else `wide` with 16 or `wide + 1` with 32 bits. */
  #header(short: number, limit: number, wide: number, length: number): void {
    if (length < limit) this.#byte(short + length);
    else if (length < 0x10000) {
      const at = this.#advance(3);
      this.#bytes[at] = wide;
      this.#view.setUint16(at + 1, length);
    } else {
      const at = this.#advance(5);
      this.#bytes[at] = wide + 1;
      this.#view.setUint32(at + 1, length);
    }
  }

  /** Writes `text` if it is ASCII, else leaves everything as it was. Measured: faster than a native call up to about 64. */
  #shortAscii(text: string): boolean {
    const start = this.#length;
    this.#header(0xa0, 32, 0xda, text.length);
    const at = this.#advance(text.length);
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit >= 0x80) {
        this.#length = start;
        return false;
      }
      this.#bytes[at + i] = unit;
    }
    return true;
  }

  #byte(value: number): void {
    const at = this.#advance(1);
    this.#bytes[at] = value;
  }

  /** Makes room for `count` more bytes and gives the offset where they begin. */
  #advance(count: number): number {
    const at = this.#length;
    this.#length = at + count;
    if (this.#length > this.#bytes.length) this.#grow(at);
    return at;
  }

  #grow(used: number): void {
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length));
    grown.set(this.#bytes.subarray(0, used));
    this.#bytes = grown;
    this.#view = viewOf(grown);
  }
}

/** What kind of value comes next. */
export type ValueType = "nil" | "boolean" | "integer" | "float" | "raw" | "array" | "map";

/**
 * Reads values one after the other. Every method throws MsgpackTruncated if the input ends too early and MsgpackError if
 * something else is there; `offset` is then anywhere in the failed value, so keep the one from before to try again.
 */
export class Reader {
  /** Where the next value begins. */
  offset: number;
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #keys: KeyMemory;

  /** @param keys the memory of a reader before this one, to share its map keys */
  constructor(bytes: Uint8Array, offset = 0, keys = new KeyMemory()) {
    this.#bytes = bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = viewOf(this.#bytes);
    this.#keys = keys;
    this.offset = offset;
  }

  /** Bytes from `offset` to the end of the input. */
  get remaining(): number {
    return this.#bytes.length - this.offset;
  }

  peekType(): ValueType {
    return typeOf(this.#peek());
  }

  /** Whether a nil is next, which is then consumed. */
  skipNil(): boolean {
    if (this.#peek() !== 0xc0) return false;
    this.offset++;
    return true;
  }

  readBoolean(): boolean {
    const head = this.#next();
    if (head !== 0xc2 && head !== 0xc3) throw unexpected("boolean", head);
    return head === 0xc3;
  }

  /** An integer as a number where that is exact, else as a bigint. */
  readInt(): number | bigint {
    const head = this.#next();
    if (head < 0x80) return head;
    if (head >= 0xe0) return head - 0x100;
    if (head === 0xcf || head === 0xd3) return safest(this.#wide(head));
    return this.#narrow(head);
  }

  /** An integer that fits a number; a larger one is a MsgpackError. */
  readNumber(): number {
    const value = this.readInt();
    if (typeof value === "bigint") throw new MsgpackError(`integer too large: ${value}`);
    return value;
  }

  /** An integer, or a raw with the little-endian bytes of one (format reference 1.3). */
  readBigInt(): bigint {
    const head = this.#peek();
    if (head === 0xcf || head === 0xd3) {
      this.offset++;
      return this.#wide(head);
    }
    return typeOf(head) === "raw" ? signedLittleEndian(this.readRaw()) : BigInt(this.readInt());
  }

  /** A float, or an integer, as a number. */
  readFloat(): number {
    const head = this.#peek();
    if (head !== 0xca && head !== 0xcb) return Number(this.readInt());
    this.offset++;
    return head === 0xca ? this.#view.getFloat32(this.#take(4)) : this.#view.getFloat64(this.#take(8));
  }

  /** The bytes of a raw or bin as a view into the input. */
  readRaw(): Uint8Array {
    const length = this.#rawLength();
    const start = this.#take(length);
    return new Uint8Array(this.#bytes.buffer, this.#bytes.byteOffset + start, length);
  }

  /** A raw as text in the sense of `path.ts`. */
  readText(): string {
    const length = this.#rawLength();
    const start = this.#take(length);
    return decodeText(this.#bytes, start, start + length);
  }

  /** As `readText`, for texts that come again and again: no new string for one that was just read. */
  readKey(): string {
    const length = this.#rawLength();
    const start = this.#take(length);
    return this.#keys.text(this.#bytes, start, start + length);
  }

  /** The length of a raw, whose bytes are what comes next. */
  readRawHeader(): number {
    return this.#rawLength();
  }

  readArrayHeader(): number {
    return this.#count("array", 0x90, 0xdc);
  }

  readMapHeader(): number {
    return this.#count("map", 0x80, 0xde);
  }

  /** Passes over the next value, whatever it is. */
  skip(): void {
    let left = 1;
    while (left-- > 0) {
      const head = this.#peek();
      const type = typeOf(head);
      if (type === "map") left += 2 * this.readMapHeader();
      else if (type === "array") left += this.readArrayHeader();
      else if (type === "raw") this.#take(this.#rawLength());
      else this.#skipScalar(head);
    }
  }

  readValue(depth = 0): Value {
    if (depth > MAX_DEPTH) throw new MsgpackError("values are nested too deeply");
    const head = this.#peek();
    switch (typeOf(head)) {
      case "nil":
        this.offset++;
        return null;
      case "boolean":
        return this.readBoolean();
      case "integer":
        return this.readInt();
      case "float":
        return this.readFloat();
      case "raw":
        return this.readRaw();
      case "array":
        return this.#array(depth);
      case "map":
        return this.#map(depth);
    }
  }

  #array(depth: number): Value[] {
    const values: Value[] = [];
    for (let left = this.readArrayHeader(); left > 0; left--) values.push(this.readValue(depth + 1));
    return values;
  }

  #map(depth: number): Map<string | number, Value> {
    const map = new Map<string | number, Value>();
    for (let left = this.readMapHeader(); left > 0; left--) {
      const key = this.peekType() === "integer" ? this.readNumber() : this.readKey();
      map.set(key, this.readValue(depth + 1));
    }
    return map;
  }

  #skipScalar(head: number): void {
    const width = head >= 0xca && head <= 0xd3 ? scalarWidth(head) : 0;
    this.#take(1 + width);
  }

  #narrow(head: number): number {
    switch (head) {
      case 0xcc:
        return this.#bytes[this.#take(1)]!;
      case 0xcd:
        return this.#view.getUint16(this.#take(2));
      case 0xce:
        return this.#view.getUint32(this.#take(4));
      case 0xd0:
        return this.#view.getInt8(this.#take(1));
      case 0xd1:
        return this.#view.getInt16(this.#take(2));
      case 0xd2:
        return this.#view.getInt32(this.#take(4));
    }
    throw unexpected("integer", head);
  }

  #wide(head: number): bigint {
    const at = this.#take(8);
    return head === 0xcf ? this.#view.getBigUint64(at) : this.#view.getBigInt64(at);
  }

  #rawLength(): number {
    const head = this.#next();
    if (head >= 0xa0 && head < 0xc0) return head - 0xa0;
    if (head === 0xda || head === 0xc5) return this.#view.getUint16(this.#take(2));
    if (head === 0xdb || head === 0xc6) return this.#view.getUint32(this.#take(4));
    if (head === 0xd9 || head === 0xc4) return this.#bytes[this.#take(1)]!;
    throw unexpected("raw", head);
  }

  #count(what: ValueType, short: number, wide: number): number {
    const head = this.#next();
    if (head >= short && head < short + 16) return head - short;
    if (head === wide) return this.#view.getUint16(this.#take(2));
    if (head === wide + 1) return this.#view.getUint32(this.#take(4));
    throw unexpected(what, head);
  }

  #peek(): number {
    if (this.offset >= this.#bytes.length) throw new MsgpackTruncated(this.offset + 1);
    return this.#bytes[this.offset]!;
  }

  #next(): number {
    return this.#bytes[this.#take(1)]!;
  }

  /** Consumes `length` bytes and gives the offset where they begin. */
  #take(length: number): number {
    const start = this.offset;
    const end = start + length;
    if (end > this.#bytes.length) throw new MsgpackTruncated(end);
    this.offset = end;
    return start;
  }
}

/** Remembers the texts of short ASCII raws, one for each of a few slots, so that map keys are not built anew each time. */
export class KeyMemory {
  readonly #texts: string[] = new Array(64).fill("");

  text(bytes: Uint8Array, start: number, end: number): string {
    const slot = (31 * bytes[start]! + 7 * bytes[end - 1]! + (end - start)) & 63;
    const known = this.#texts[slot]!;
    if (holds(bytes, start, end, known)) return known;
    const text = decodeText(bytes, start, end);
    if (text.length === end - start && text.length <= 32) this.#texts[slot] = text;
    return text;
  }
}

/** Takes messages apart that arrive in pieces. Values hold views into its buffers, which are never written twice. */
export class Unpacker {
  #bytes = new Uint8Array(0);
  #start = 0;
  #end = 0;
  #needed = 0;
  readonly #limit: number;
  readonly #reuse: boolean;
  readonly #keys = new KeyMemory();

  /**
   * @param limit most bytes that may wait for the rest of their message
   * @param reuse whether a buffer is written again, so that values are good until the next `feed` only
   */
  constructor(limit = MAX_BUFFERED, reuse = false) {
    this.#limit = limit;
    this.#reuse = reuse;
  }

  /** Adds received bytes. Throws MsgpackError if too many are waiting. */
  feed(bytes: Uint8Array): void {
    const waiting = this.#end - this.#start;
    if (waiting + bytes.length > this.#limit) throw tooLong(this.#limit);
    if (this.#end + bytes.length > this.#bytes.length) this.#move(waiting, bytes.length);
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** The next complete value, undefined if more bytes are needed for it. Throws MsgpackError on bytes that are none. */
  next(): Value | undefined {
    return this.take((reader) => reader.readValue());
  }

  /** As `next`, for what `read` makes of a message. */
  take<T>(read: (reader: Reader) => T): T | undefined {
    if (this.#start === this.#end || this.#end - this.#start < this.#needed) return undefined;
    const reader = new Reader(this.#bytes.subarray(this.#start, this.#end), 0, this.#keys);
    try {
      const value = read(reader);
      this.#start += reader.offset;
      this.#needed = 0;
      return value;
    } catch (error) {
      if (!(error instanceof MsgpackTruncated)) throw error;
      if (error.needed > this.#limit) throw tooLong(this.#limit);
      this.#needed = error.needed;
      return undefined;
    }
  }

  /** Makes room for `added` bytes after those that wait; at once for the whole message where its length is known. */
  #move(waiting: number, added: number): void {
    const fits = this.#reuse && waiting + added <= this.#bytes.length;
    const room = Math.max(0x10000, 2 * (waiting + added), this.#needed);
    const bytes = fits ? this.#bytes : new Uint8Array(room);
    bytes.set(this.#bytes.subarray(this.#start, this.#end));
    this.#bytes = bytes;
    this.#start = 0;
    this.#end = waiting;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function typeOf(head: number): ValueType {
  if (head < 0x80 || head >= 0xe0) return "integer";
  if (head < 0x90) return "map";
  if (head < 0xa0) return "array";
  if (head < 0xc0) return "raw";
  if (head === 0xc0) return "nil";
  if (head === 0xc2 || head === 0xc3) return "boolean";
  if (head >= 0xc4 && head <= 0xc6) return "raw";
  if (head === 0xca || head === 0xcb) return "float";
  if (head >= 0xcc && head <= 0xd3) return "integer";
  if (head >= 0xd9 && head <= 0xdb) return "raw";
  if (head === 0xdc || head === 0xdd) return "array";
  if (head === 0xde || head === 0xdf) return "map";
  throw new MsgpackError(`no value begins with byte ${head}`);
}

/** Bytes after the head of a float (ca, cb), an unsigned (cc to cf) or a signed integer (d0 to d3). */
function scalarWidth(head: number): number {
  return head < 0xcc ? 4 << (head - 0xca) : 1 << ((head - 0xcc) & 3);
}

function tooLong(limit: number): MsgpackError {
  return new MsgpackError(`a message of more than ${limit} bytes`);
}

function unexpected(wanted: ValueType, head: number): MsgpackError {
  return new MsgpackError(`expected ${wanted}, found a value that begins with byte ${head}`);
}

function safest(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function signedLittleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  return BigInt.asIntN(8 * bytes.length, value);
}

function holds(bytes: Uint8Array, start: number, end: number, ascii: string): boolean {
  if (ascii.length !== end - start) return false;
  for (let i = 0; i < ascii.length; i++) if (bytes[start + i] !== ascii.charCodeAt(i)) return false;
  return true;
}
