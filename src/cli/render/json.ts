import { displayText } from "../../encoding/path.ts";

/** What can be written as JSON. A whole number of type `number` is an integer; `Decimal` always has a point. */
export type Json = null | boolean | number | bigint | string | Decimal | readonly Json[] | JsonObject | JsonMap;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** An object whose keys come in the order of the map, whatever the style says. */
export type JsonMap = ReadonlyMap<string, Json>;

/** A floating point number that is written as one even when it is whole: `5.0`. */
export class Decimal {
  constructor(readonly value: number) {}
}

export interface JsonStyle {
  /** What one level is indented with; undefined = everything in one line. */
  readonly indent: string | undefined;
  readonly sortKeys: boolean;
}

const INDENT = 4;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\f": "\\f",
  "\b": "\\b",
};

/** A whole document: sorted keys and the indent of BORG_JSON_INDENT, which is a number, `none` or a text. */
export function jsonDocument(value: Json, indent = String(INDENT)): string {
  return write(value, { indent: indentText(indent), sortKeys: true }, "");
}

/** Indented by four, each line but the first behind `margin`. */
export function jsonBlock(value: Json, margin: string): string {
  return write(value, { indent: " ".repeat(INDENT), sortKeys: true }, margin);
}

/** One line of JSON Lines; keys stay in their order. */
export function jsonLine(value: Json): string {
  return write(value, { indent: undefined, sortKeys: false }, "");
}

function indentText(setting: string): string | undefined {
  if (/^\s*[+-]?\d+\s*$/.test(setting)) return " ".repeat(Math.max(0, Number(setting)));
  return setting.toLowerCase() === "none" ? undefined : setting;
}

function write(value: Json, style: JsonStyle, margin: string): string {
  if (value === null) return "null";
  if (value instanceof Decimal) return floatText(value.value);
  switch (typeof value) {
    case "boolean":
    case "bigint":
      return String(value);
    case "number":
      return Number.isInteger(value) ? BigInt(value).toString() : floatText(value);
    case "string":
      return quote(value);
  }
  if (value instanceof Map) return writeMembers(value as JsonMap, style, margin);
  return isArray(value) ? writeArray(value, style, margin) : writeObject(value as JsonObject, style, margin);
}

function isArray(value: object): value is readonly Json[] {
  return Array.isArray(value);
}

function writeArray(values: readonly Json[], style: JsonStyle, margin: string): string {
  const inner = margin + (style.indent ?? "");
  return enclose("[", "]", values.map((value) => write(value, style, inner)), style, margin);
}

function writeObject(object: JsonObject, style: JsonStyle, margin: string): string {
  const keys = style.sortKeys ? Object.keys(object).sort(byCodePoint) : Object.keys(object);
  return writeMembers(keys.map((key) => [key, object[key]!]), style, margin);
}

function writeMembers(members: Iterable<readonly [string, Json]>, style: JsonStyle, margin: string): string {
  const inner = margin + (style.indent ?? "");
  const parts = Array.from(members, ([key, value]) => `${quote(key)}: ${write(value, style, inner)}`);
  return enclose("{", "}", parts, style, margin);
}

function enclose(open: string, close: string, parts: string[], style: JsonStyle, margin: string): string {
  if (parts.length === 0) return open + close;
  if (style.indent === undefined) return open + parts.join(", ") + close;
  const inner = `\n${margin}${style.indent}`;
  return `${open}${inner}${parts.join(`,${inner}`)}\n${margin}${close}`;
}

function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** ASCII only, and each undecodable byte as "?". */
function quote(text: string): string {
  return `"${displayText(text).replace(/["\\]|[^ -~]/g, escape)}"`;
}

function escape(character: string): string {
  return ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** The shortest digits that give the number back; an exponent below 1e-4 and from 1e16 on, as Python writes it. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity";
  const [digits = "", power = ""] = value.toExponential().split("e");
  const exponent = Number(power);
  if (value !== 0 && (exponent < -4 || exponent >= 16)) {
    return `${digits}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  return exponent < 0 ? plainFraction(digits, exponent) : withPoint(Object.is(value, -0) ? "-0" : String(value));
}

function plainFraction(digits: string, exponent: number): string {
  const sign = digits.startsWith("-") ? "-" : "";
  return `${sign}0.${"0".repeat(-exponent - 1)}${digits.replace(/[-.]/g, "")}`;
}

function withPoint(text: string): string {
  return text.includes(".") ? text : `${text}.0`;
}
