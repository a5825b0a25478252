import { concat } from "../encoding/bytes.ts";
import { decodeText } from "../encoding/path.ts";
import { MsgpackError, MsgpackTruncated, Reader } from "../encoding/msgpack.ts";
import type { Item } from "./item.ts";
import { ITEM_KEYS } from "./item.ts";
import { readItem } from "./item_codec.ts";

/** What a damaged item stream yields: an item, or why something in it is none. */
export type Salvaged = { readonly item: Item } | { readonly problem: string };

/** Longest header of a map and of its first key, the key included. */
const PROBE = 5 + 5 + 255;

/**
 * Reads the items of a stream that may lack chunks (format reference 11.1). After `resync`, bytes are passed over until
 * a position at which an item map with a known first key begins and can be read.
 */
export class ItemSalvage {
  readonly #known: ReadonlySet<string>;
  #rest: Uint8Array = new Uint8Array(0);
  #searching = false;

  /** @param manifestKeys the keys of items that the manifest lists; those of this program count as known too */
  constructor(manifestKeys: Iterable<string>) {
    this.#known = new Set([...ITEM_KEYS, "acl", ...manifestKeys]);
  }

  /** A chunk is missing here: forgets the item that it would have continued, and looks for the next one. */
  resync(): void {
    this.#rest = new Uint8Array(0);
    this.#searching = true;
  }

  /** What the chunk completes. */
  feed(chunk: Uint8Array): Salvaged[] {
    return this.#take(this.#rest.length === 0 ? chunk : concat(this.#rest, chunk));
  }

  /** The stream is over: what waited for more bytes is no item, but one may begin behind it. */
  end(): Salvaged[] {
    const found: Salvaged[] = [];
    while (this.#searching && this.#rest.length > 0) found.push(...this.#take(this.#rest.subarray(1)));
    if (this.#rest.length > 0) found.push({ problem: "the item stream ends within an item" });
    this.#rest = new Uint8Array(0);
    return found;
  }

  #take(bytes: Uint8Array): Salvaged[] {
    const found: Salvaged[] = [];
    this.#rest = bytes.subarray(this.#readAll(bytes, found));
    return found;
  }

  /** Reads on; gives where reading must begin again when there are more bytes. */
  #readAll(bytes: Uint8Array, found: Salvaged[]): number {
    let offset = 0;
    while (offset < bytes.length) {
      const next = this.#searching ? this.#search(bytes, offset) : offset;
      if (next === undefined) return bytes.length;
      const end = this.#readOne(bytes, next, found);
      if (end === undefined) return next;
      offset = end;
    }
    return offset;
  }

  /** Reads the message at `offset` and gives its end; undefined when it is not complete. */
  #readOne(bytes: Uint8Array, offset: number, found: Salvaged[]): number | undefined {
    const end = messageEnd(bytes, offset);
    if (end === "truncated") return undefined;
    const salvaged = end === "damaged" ? { problem: "not a msgpack message" } : this.#interpret(bytes, offset);
    if ("item" in salvaged) this.#searching = false;
    if (this.#searching) return offset + 1;
    found.push(salvaged);
    if (end !== "damaged") return end;
    this.#searching = true;
    return offset + 1;
  }

  #interpret(bytes: Uint8Array, offset: number): Salvaged {
    try {
      const item = readItem(new Reader(bytes, offset));
      const foreign = [...item.extra?.keys() ?? []].filter((key) => !this.#known.has(String(key)));
      return foreign.length === 0 ? { item } : { problem: `an item with unknown keys: ${foreign.join(", ")}` };
    } catch (error) {
      if (error instanceof MsgpackError) return { problem: error.message };
      throw error;
    }
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
      const reader = new Reader(bytes.subarray(offset, offset + PROBE));
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
