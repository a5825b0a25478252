import { Buffer } from "node:buffer";

const encoder = new TextEncoder();
const REPLACEMENT = "\uFFFD";

/**
 * Text of UTF-8 `bytes` from `start` up to `end`. Each byte NN that is no part of valid UTF-8 becomes the lone surrogate
 * U+DCNN, so that `encodeText` gives back the same bytes. Give a Buffer where speed matters: others are wrapped first.
 */
export function decodeText(bytes: Uint8Array, start = 0, end = bytes.length): string {
  const text = asBuffer(bytes).toString("utf8", start, end);
  return text.includes(REPLACEMENT) ? decodeEscaped(bytes, start, end) : text;
}

/** Bytes of `text`, the reverse of `decodeText`. Throws RangeError on a lone surrogate that stands for no byte. */
export function encodeText(text: string): Uint8Array {
  return text.isWellFormed() ? encoder.encode(text) : encodeEscaped(text);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function decodeEscaped(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  let position = start;
  while (position < end) {
    const length = sequenceLength(bytes, position, end);
    if (length === 0) text += String.fromCharCode(0xdc00 + bytes[position]!);
    else text += decodeSequence(bytes, position, length);
    position += length === 0 ? 1 : length;
  }
  return text;
}

/** Length of the valid UTF-8 sequence at `position`, 0 if there is none (overlong forms and surrogates are not valid). */
function sequenceLength(bytes: Uint8Array, position: number, end: number): number {
  const first = bytes[position]!;
  if (first < 0x80) return 1;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (length === 0 || position + length > end) return 0;
  for (let i = 1; i < length; i++) if ((bytes[position + i]! & 0xc0) !== 0x80) return 0;
  const second = bytes[position + 1]!;
  const tooSmall = (first === 0xe0 && second < 0xa0) || (first === 0xf0 && second < 0x90);
  const tooLarge = (first === 0xed && second > 0x9f) || (first === 0xf4 && second > 0x8f);
  return tooSmall || tooLarge ? 0 : length;
}

function decodeSequence(bytes: Uint8Array, position: number, length: number): string {
  const first = bytes[position]!;
  let point = length === 1 ? first : first & (0x7f >> length);
  for (let i = 1; i < length; i++) point = (point << 6) | (bytes[position + i]! & 0x3f);
  return String.fromCodePoint(point);
}

function encodeEscaped(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0)!;
    if (point >= 0xdc80 && point <= 0xdcff) bytes.push(point - 0xdc00);
    else if (point >= 0xd800 && point <= 0xdfff) {
      throw new RangeError(`lone surrogate U+${point.toString(16)} in a text`);
    } else bytes.push(...encoder.encode(character));
  }
  return Uint8Array.from(bytes);
}
