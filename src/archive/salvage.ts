import { concat } from "../encoding/bytes.ts";
import { KeyMemory, MsgpackError, MsgpackTruncated, Reader, type Value } from "../encoding/msgpack.ts";
import { decodeText } from "../encoding/path.ts";
import { type Item, ITEM_KEYS } from "./item.ts";
import { readItem } from "./item_codec.ts";

/** Why something in an item stream is no item: bytes that are no message, another message, or the end comes too early. */
export type ItemProblem =
  | { readonly kind: "bytes" }
  | { readonly kind: "message"; readonly reason: string }
  | { readonly kind: "end" };

/** What a damaged item stream yields: an item, or why something in it is none. */
export type Salvaged = { readonly item: Item } | { readonly problem: ItemProblem };

/** Longest header of a map and of its first key, the key included. */
const PROBE = 5 + 5 + 255;

const REQUIRED = ["path", "mtime"];
const LONG = 1 << 16;

/**
 * Reads the items of a stream that may lack chunks (format reference 11.1). After `resync`, bytes are passed over until a
 * position at which an item map with a known first key begins and can be read.
 */
export class ItemSalvage {
  readonly #known: ReadonlySet<string>;
  readonly #keys = new KeyMemory();
  #waiting: Uint8Array[] = [];
  #length = 0;
  /** Fewer bytes than this complete nothing. */
  #needed = 0;
  #searching = false;

  /** @param manifestKeys the keys of items that the manifest lists; those of this program count as known too */
  constructor(manifestKeys: Iterable<string>) {
    this.#known = new Set([...ITEM_KEYS, "acl", ...manifestKeys]);
  }

  /** A chunk is missing here: forgets the item that it would have continued, and looks for the next one. */
  resync(): void {
    this.#keep(new Uint8Array(0));
    this.#searching = true;
  }

  /** What the chunk completes. Items hold views into the chunks. */
  feed(chunk: Uint8Array): Salvaged[] {
    this.#waiting.push(chunk);
    this.#length += chunk.length;
    return this.#length < this.#needed ? [] : this.#take(this.#bytes());
  }

  /** The stream is over: what waited for more bytes is no item, but one may begin behind it. */
  end(): Salvaged[] {
    const found = this.#length > 0 ? this.#take(this.#bytes()) : [];
    while (this.#searching && this.#length > 0) found.push(...this.#take(this.#bytes().subarray(1)));
    if (this.#length > 0) found.push({ problem: { kind: "end" } });
    this.#keep(new Uint8Array(0));
    return found;
  }

  #bytes(): Uint8Array {
    return this.#waiting.length === 1 ? this.#waiting[0]! : concat(...this.#waiting);
  }

  #keep(rest: Uint8Array): void {
    this.#waiting = rest.length === 0 ? [] : [rest];
    this.#length = rest.length;
    this.#needed = rest.length < LONG ? 0 : 2 * rest.length;
  }

  #take(bytes: Uint8Array): Salvaged[] {
    const found: Salvaged[] = [];
    this.#keep(bytes.subarray(this.#readAll(bytes, found)));
    return found;
  }

  /** Reads on; gives where reading must begin again when there are more bytes. */
  #readAll(bytes: Uint8Array, found: Salvaged[]): number {
    const reader = new Reader(bytes, 0, this.#keys);
    let offset = 0;
    while (offset < bytes.length) {
      const next = this.#searching ? this.#search(bytes, offset) : offset;
      if (next === undefined) return bytes.length;
      reader.offset = next;
      const end = this.#readOne(reader, bytes, found);
      if (end === undefined) return next;
      offset = end;
    }
    return offset;
  }

  /** Reads the message at the reader's offset and gives its end; undefined when it is not complete. */
  #readOne(reader: Reader, bytes: Uint8Array, found: Salvaged[]): number | undefined {
    const start = reader.offset;
    try {
      const item = readItem(reader);
      if (this.#accepts(item)) {
        this.#searching = false;
        found.push({ item });
        return reader.offset;
      }
    } catch (error) {
      if (error instanceof MsgpackTruncated) return undefined;
      if (!(error instanceof MsgpackError)) throw error;
    }
    return this.#readOther(bytes, start, found);
  }

  #accepts({ extra }: Item): boolean {
    return extra === undefined || [...extra.keys()].every((key) => this.#known.has(String(key)));
  }

  /** Reads what begins at `start` and is no item. */
  #readOther(bytes: Uint8Array, start: number, found: Salvaged[]): number | undefined {
    const end = messageEnd(bytes, start);
    if (end === "truncated") return undefined;
    if (this.#searching) return start + 1;
    if (end === "damaged") this.#searching = true;
    found.push({ problem: end === "damaged" ? { kind: "bytes" } : this.#problemOf(bytes, start) });
    return end === "damaged" ? start + 1 : end;
  }

  #problemOf(bytes: Uint8Array, start: number): ItemProblem {
    const value = valueAt(bytes, start);
    if (value === undefined) return { kind: "message", reason: "invalid values" };
    if (!(value instanceof Map)) return { kind: "message", reason: "not a dictionary" };
    const missing = REQUIRED.filter((key) => !value.has(key));
    if (missing.length > 0) return { kind: "message", reason: `missing required keys: ${missing.join(", ")}` };
    const invalid = [...value.keys()].filter((key) => !this.#known.has(String(key)));
    if (invalid.length > 0) return { kind: "message", reason: `invalid keys: ${invalid.join(", ")}` };
    return { kind: "message", reason: "invalid values" };
  }

  /** The first position from `offset` that looks like the start of an item, as far as the bytes tell. */
  #search(bytes: Uint8Array, offset: number): number | undefined {
    for (let at = offset; at < bytes.length; at++) if (this.#looksLikeItem(bytes, at)) return at;
    return undefined;
  }

  #looksLikeItem(bytes: Uint8Array, offset: number): boolean {
    const head = bytes[offset]!;
    if ((head & 0xf0) !== 0x80 && head !== 0xde) return false;
    try {
      const reader = new Reader(bytes.subarray(offset, offset + PROBE), 0, this.#keys);
      return reader.readMapHeader() > 0 && this.#known.has(decodeText(reader.readRaw()));
    } catch (error) {
      if (error instanceof MsgpackTruncated) return bytes.length - offset < PROBE;
      if (error instanceof MsgpackError) return false;
      throw error;
    }
  }
}

function messageEnd(bytes: Uint8Array, offset: number): number | "truncated" | "damaged" {
  const reader = new Reader(bytes, offset);
  try {
    reader.skip();
    return reader.offset;
  } catch (error) {
    if (error instanceof MsgpackTruncated) return "truncated";
    if (error instanceof MsgpackError) return "damaged";
    throw error;
  }
}

/** Undefined when the message is one that cannot be read: its values are nested too deeply, or keys are none. */
function valueAt(bytes: Uint8Array, offset: number): Value | undefined {
  try {
    return new Reader(bytes, offset).readValue();
  } catch (error) {
    if (error instanceof MsgpackError) return undefined;
    throw error;
  }
}
