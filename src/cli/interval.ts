import type { Micros } from "../archive/timestamps.ts";

const HOUR = 3_600_000_000n;

/** Hours in each unit; a month has 31 days, a year 365. */
const UNITS = new Map([["H", 1n], ["d", 24n], ["w", 24n * 7n], ["m", 24n * 31n], ["y", 24n * 365n]]);

/** The length of an interval such as `2d` or `6m`. Throws RangeError. */
export function parseInterval(text: string): Micros {
  const [number, unit] = [text.slice(0, -1), text.slice(-1)];
  const hours = UNITS.get(unit);
  if (hours === undefined) {
    throw new RangeError(`Unexpected interval time unit "${unit}": expected one of ['H', 'd', 'w', 'm', 'y']`);
  }
  const digits = /^\s*\+?(\d+(?:_\d+)*)\s*$/.exec(number)?.[1]?.replaceAll("_", "") ?? "0";
  const count = BigInt(digits);
  if (count === 0n) {
    throw new RangeError(`Unexpected interval number "${number}": expected an integer greater than 0`);
  }
  return count * hours * HOUR;
}
