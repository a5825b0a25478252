import { addressOf } from "./ffi.ts";
import { encodeText } from "./path_bytes.ts";
import { SystemError } from "./system_error.ts";

const encoder = new TextEncoder();

// Scratch memory: a call that takes paths is over before the next one is prepared. Measured: a new array for each path
// costs more than the conversion.
const first = new Uint8Array(new ArrayBuffer(16384));
const second = new Uint8Array(new ArrayBuffer(16384));

/** A path as NUL-terminated bytes, to be used before the next call of this function. Throws EINVAL on a NUL within. */
export function pathArgument(path: string): Uint8Array<ArrayBuffer> {
  return terminated(path, first);
}

/** The same for the second path of a call. */
export function secondPathArgument(path: string): Uint8Array<ArrayBuffer> {
  return terminated(path, second);
}

/** Text as NUL-terminated bytes of its own. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  return terminated(text, new Uint8Array(new ArrayBuffer(text.length * 3 + 1)));
}

/** A null-terminated list of addresses of texts, with the texts behind it in the same memory. */
export function cStrings(texts: readonly string[]): Uint8Array<ArrayBuffer> {
  const strings = texts.map(terminatedText);
  const head = 8 * (texts.length + 1);
  const memory = new Uint8Array(new ArrayBuffer(strings.reduce((sum, bytes) => sum + bytes.length, head)));
  const addresses = new BigUint64Array(memory.buffer, 0, texts.length + 1);
  const base = addressOf(memory);
  let offset = head;
  strings.forEach((bytes, index) => {
    memory.set(bytes, offset);
    addresses[index] = base + BigInt(offset);
    offset += bytes.length;
  });
  return memory;
}

/** Up to and with the NUL. */
function terminatedText(text: string): Uint8Array {
  const bytes = cString(text);
  return bytes.subarray(0, bytes.indexOf(0) + 1);
}

function terminated(text: string, scratch: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (text.includes("\0")) throw SystemError.named("EINVAL", "path", text);
  if (text.length * 3 >= scratch.length) return cString(text);
  if (text.isWellFormed()) {
    const { written } = encoder.encodeInto(text, scratch);
    scratch[written] = 0;
    return scratch;
  }
  const bytes = encodeText(text);
  scratch.set(bytes);
  scratch[bytes.length] = 0;
  return scratch;
}
