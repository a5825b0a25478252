import { decodeText } from "../../encoding/path.ts";
import type { Field } from "./layout.ts";
import { TarError } from "./problems.ts";

/** The text of a field, up to its first zero byte. */
export function textField(block: Uint8Array, [at, length]: Field): string {
  const bytes = block.subarray(at, at + length);
  const end = bytes.indexOf(0);
  return decodeText(end < 0 ? bytes : bytes.subarray(0, end));
}

/** A number in octal digits, or in base 256 when the highest bit is set. Throws TarError. */
export function numberField(block: Uint8Array, field: Field): bigint {
  const [at, length] = field;
  if ((block[at]! & 0x80) !== 0) return base256(block.subarray(at, at + length));
  const digits = textField(block, field).trim();
  if (!/^[0-7]*$/.test(digits)) throw new TarError("invalid header");
  return digits === "" ? 0n : BigInt(`0o${digits}`);
}

/** The same for what must fit into a number. */
export function smallField(block: Uint8Array, field: Field): number {
  return small(numberField(block, field));
}

/** Throws TarError for what is no size of anything. */
export function small(value: bigint): number {
  if (value < BigInt(-Number.MAX_SAFE_INTEGER) || value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new TarError("invalid header");
  }
  return Number(value);
}

function base256(bytes: Uint8Array): bigint {
  const negative = bytes[0] === 0xff;
  let value = BigInt(negative ? 0xff : bytes[0]! & 0x7f);
  for (const byte of bytes.subarray(1)) value = (value << 8n) | BigInt(byte);
  return negative ? BigInt.asIntN(8 * bytes.length, value) : value;
}
