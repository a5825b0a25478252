import { randomBytes } from "node:crypto";
import { MAX_DATA_SIZE } from "../repository/repository.ts";
import { DecompressionError } from "./errors.ts";
import { HEADER_LENGTH, HEADERS } from "./header.ts";

/** Header, then the length of the inner payload (u32be). */
export const OBFUSCATION_OVERHEAD = HEADER_LENGTH + 4;

/** What is left free below the longest object. */
const RESERVE = 1024;

/** The `spec` that rounds up to Padmé lengths; 1 to 6 are relative, 110 to 123 absolute (format reference 8). */
const PADME = 250;
const SMALLEST_DIVISOR = 0.0001;

/** Hides the length of a payload behind zeros. `random` gives numbers of [0, 1). */
export function obfuscate(spec: number, inner: Uint8Array, random: () => number = uniform): Uint8Array {
  const padding = clampPadding(inner.length, paddingFor(spec, inner.length, random));
  const payload = new Uint8Array(OBFUSCATION_OVERHEAD + inner.length + padding);
  payload[0] = HEADERS.obfuscate;
  new DataView(payload.buffer).setUint32(HEADER_LENGTH, inner.length);
  payload.set(inner, OBFUSCATION_OVERHEAD);
  return payload;
}

/** The inner payload, as a view. */
export function unwrap(payload: Uint8Array): Uint8Array {
  if (payload.length < OBFUSCATION_OVERHEAD) throw new DecompressionError("obfuscated payload is too short");
  const length = new DataView(payload.buffer, payload.byteOffset).getUint32(HEADER_LENGTH);
  const end = OBFUSCATION_OVERHEAD + length;
  if (end > payload.length) throw new DecompressionError("obfuscated payload claims more than there is");
  return payload.subarray(OBFUSCATION_OVERHEAD, end);
}

/** Zeros that can follow an inner payload of `length` bytes: with these no payload of that length or less gets longer. */
export function maxPadding(spec: number, length: number): number {
  if (spec === PADME) return clampPadding(length, length);
  return clampPadding(length, spec >= 110 ? 2 ** (spec - 100) : length * 0.001 * 10 ** spec / SMALLEST_DIVISOR);
}

function paddingFor(spec: number, length: number, random: () => number): number {
  if (spec === PADME) return padmeLength(length) - length;
  if (spec >= 110) return Math.trunc(2 ** (spec - 100) * random());
  return Math.trunc(length * 0.001 * 10 ** spec / Math.max(SMALLEST_DIVISOR, random()));
}

function clampPadding(length: number, padding: number): number {
  return Math.max(0, Math.min(Math.ceil(padding), MAX_DATA_SIZE - RESERVE - length));
}

function padmeLength(length: number): number {
  if (length < 2) return length;
  const exponent = floorLog2(length);
  const unit = 2 ** (exponent - (floorLog2(exponent) + 1));
  return Math.ceil(length / unit) * unit;
}

function floorLog2(value: number): number {
  return 31 - Math.clz32(value);
}

function uniform(): number {
  return randomBytes(6).readUIntBE(0, 6) / 2 ** 48;
}
