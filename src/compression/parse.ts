import { parseInteger } from "../encoding/integer.ts";
import type { Codec, Compression } from "./compression.ts";

/** Lowest, usual and highest level. */
const LEVELS = {
  zstd: { lowest: 1, usual: 3, highest: 22 },
  zlib: { lowest: 0, usual: 6, highest: 9 },
  lzma: { lowest: 0, usual: 6, highest: 9 },
} as const;

type Inner = Extract<Compression, { name: "obfuscate" }>["inner"];

/** Reads what a person writes after `--compression` (format reference 8). Throws RangeError with the reason. */
export function parseCompression(text: string): Compression {
  const [name, spec, ...rest] = text.split(",");
  if (name !== "obfuscate") return parseInner(text.split(","));
  return { name, spec: parseSpec(spec), inner: parseInner(rest) };
}

function parseSpec(text: string | undefined): number {
  const spec = parseInteger(text ?? "");
  const known = (1 <= spec && spec <= 6) || (110 <= spec && spec <= 123) || spec === 250;
  if (!known) throw new RangeError(`obfuscation must be 1 to 6, 110 to 123 or 250, not ${spec}`);
  return spec;
}

/** `auto` within `auto` is accepted and means the same as one. */
function parseInner(words: readonly string[]): Inner {
  const [name, ...rest] = words;
  if (name !== "auto") return parseCodec(words);
  const inner = parseInner(rest);
  return inner.name === "auto" ? inner : { name, codec: inner };
}

/** What follows `none` and `lz4` is ignored. */
function parseCodec(words: readonly string[]): Codec {
  const [name, level] = words;
  switch (name) {
    case "none":
    case "lz4":
      return { name };
    case "zstd":
    case "zlib":
    case "lzma":
      if (words.length > 2) throw new RangeError(`${name} takes one level`);
      return { name, level: parseLevel(name, level) };
    default:
      throw new RangeError(`no such compression: ${name}`);
  }
}

function parseLevel(name: keyof typeof LEVELS, text: string | undefined): number {
  const { lowest, usual, highest } = LEVELS[name];
  const level = text === undefined ? usual : parseInteger(text);
  if (level < lowest || level > highest) throw new RangeError(`${name} has the levels ${lowest} to ${highest}`);
  return level;
}
