import { Buffer } from "node:buffer";
import { byCodePoints } from "../../encoding/code_points.ts";
import type { Value } from "../../encoding/msgpack.ts";
import { encodeText } from "../../encoding/path.ts";
import { Decimal, type Json } from "./json.ts";

/** Stands before the hex digits of what is no text. */
const HEX_MARK = "\x7f";
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * What `borg debug` shows of a stored value: keys in order, bytes as text where they are UTF-8, else as hex digits behind
 * U+007F. Text that begins with U+007F itself is shown in hex as well, so that it can be told.
 */
export function dumped(value: Value): Json {
  if (value instanceof Uint8Array) return dumpedBytes(value);
  if (value instanceof Map) return dumpedMap(value);
  if (Array.isArray(value)) return value.map(dumped);
  if (typeof value === "number" && !Number.isInteger(value)) return new Decimal(value);
  return value;
}

/** The same for a text that came from undecoded bytes. */
export function dumpedText(text: string): string {
  return text.isWellFormed() && !text.startsWith(HEX_MARK) ? text : dumpedBytes(encodeText(text));
}

function dumpedMap(map: ReadonlyMap<string | number, Value>): Json {
  const entries = Array.from(map, ([key, value]) => [String(key), value] as const);
  entries.sort(([a], [b]) => byCodePoints(a, b));
  return new Map(entries.map(([key, value]) => [dumpedText(key), dumped(value)]));
}

function dumpedBytes(bytes: Uint8Array): string {
  const text = decoded(bytes);
  return text === undefined || text.startsWith(HEX_MARK) ? HEX_MARK + Buffer.from(bytes).toString("hex") : text;
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
