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

/** The parts of a moment on the local calendar. */
export interface LocalTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
  /** 0 = Monday. */
  readonly weekday: number;
  /** Minutes east of UTC. */
  readonly offset: number;
}

export function localTime(time: Micros): LocalTime {
  const microsecond = modulo(time, 1_000_000n);
  const date = new Date(Number((time - microsecond) / 1000n));
  return {
    year: date.getFullYear(),
    month: date.getMonth() + 1,
    day: date.getDate(),
    hour: date.getHours(),
    minute: date.getMinutes(),
    second: date.getSeconds(),
    microsecond: Number(microsecond),
    weekday: (date.getDay() + 6) % 7,
    offset: -date.getTimezoneOffset(),
  };
}

/** The moment that the local calendar calls by these parts; of two, the first. */
export function fromLocalTime(parts: Omit<LocalTime, "weekday" | "offset">): Micros {
  const date = new Date(2000, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
  date.setFullYear(parts.year, parts.month - 1, parts.day);
  return BigInt(date.getTime()) * 1000n + BigInt(parts.microsecond);
}

/** `YYYY-MM-DDTHH:MM:SS.ffffff` on the local calendar, without a zone. */
export function formatLocal(time: Micros): string {
  const { year, month, day, hour, minute, second, microsecond } = localTime(time);
  const [mm, dd, HH, MM, SS] = [month, day, hour, minute, second].map((part) => String(part).padStart(2, "0"));
  return `${String(year).padStart(4, "0")}-${mm}-${dd}T${HH}:${MM}:${SS}.${sixDigits(BigInt(microsecond))}`;
}

function modulo(value: bigint, divisor: bigint): bigint {
  return ((value % divisor) + divisor) % divisor;
}

function sixDigits(micros: bigint): string {
  return String(micros).padStart(6, "0");
}
