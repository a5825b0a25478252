/** The parts of a moment on the local calendar. */
export interface LocalParts {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
}

/** The moment, in microseconds since 1970, that the local calendar calls by these parts; of two, the first. */
export function fromLocalTime({ year, month, day, hour, minute, second, microsecond }: LocalParts): bigint {
  const date = new Date(2000, month - 1, day, hour, minute, second);
  date.setFullYear(year, month - 1, day);
  return BigInt(date.getTime()) * 1000n + BigInt(microsecond);
}
