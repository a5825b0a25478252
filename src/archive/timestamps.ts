import { localCalendar } from "../encoding/calendar.ts";

/** Microseconds since 1970 in UTC, the resolution of every time that manifests and archives carry. */
export type Micros = bigint;

/** The latest file time that is stored or shown, in nanoseconds (format reference 4.5). */
export const MAX_FILE_TIME = 2147310847000000000n;

const PATTERN = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{6}))?$/;

export function now(): Micros {
  return BigInt(Date.now()) * 1000n;
}

/** `YYYY-MM-DDTHH:MM:SS.ffffff` in UTC, without a zone. Throws RangeError outside the years 0 to 9999. */
export function formatTimestamp(time: Micros): string {
  const micros = modulo(time, 1_000_000n);
  const seconds = new Date(Number((time - micros) / 1000n)).toISOString();
  if (seconds.length !== 24) throw new RangeError(`not a year of four digits: ${seconds}`);
  return `${seconds.slice(0, 19)}.${sixDigits(micros)}`;
}

/** Reads what `formatTimestamp` writes; the fraction may be missing. Throws RangeError. */
export function parseTimestamp(text: string): Micros {
  const [, seconds, fraction = "0"] = PATTERN.exec(text) ?? [];
  const millis = seconds === undefined ? NaN : Date.parse(`${seconds}Z`);
  if (Number.isNaN(millis) || !new Date(millis).toISOString().startsWith(seconds!)) {
    throw new RangeError(`not a timestamp: ${text}`);
  }
  return BigInt(millis) * 1000n + BigInt(fraction);
}

/** File times as they are stored and shown: not before 1970, not after January 2038. */
export function clampFileTime(nanos: bigint): bigint {
  if (nanos < 0n) return 0n;
  return nanos > MAX_FILE_TIME ? MAX_FILE_TIME : nanos;
}

/** `YYYY-MM-DDTHH:MM:SS.ffffff` on the local calendar, without a zone. */
export function formatLocal(time: Micros): string {
  const { year, month, day, hour, minute, second, microsecond } = localCalendar(time);
  const [mm, dd, HH, MM, SS] = [month, day, hour, minute, second].map((part) => String(part).padStart(2, "0"));
  return `${String(year).padStart(4, "0")}-${mm}-${dd}T${HH}:${MM}:${SS}.${sixDigits(BigInt(microsecond))}`;
}

function modulo(value: bigint, divisor: bigint): bigint {
  return ((value % divisor) + divisor) % divisor;
}

function sixDigits(micros: bigint): string {
  return String(micros).padStart(6, "0");
}
