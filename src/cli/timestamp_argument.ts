import type { Micros } from "../archive/timestamps.ts";

const FORM = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?)?$/;
const DAY_OF_YEAR = /^(\d{4})-(\d{3})$/;

/**
 * A moment in UTC: `2024-02-03T04:05:06.789`, with a blank for the T, and with fraction, seconds or time left out; or year
 * and day of the year, `2024-034`. Throws RangeError.
 */
export function parseTimestampArgument(text: string): Micros {
  const day = DAY_OF_YEAR.exec(text);
  if (day) return dayOfYear(text, Number(day[1]), Number(day[2]));
  const [, year, month, date, hours = "0", minutes = "0", seconds = "0", fraction = "0"] = FORM.exec(text) ?? [];
  const parts = [year, month, date, hours, minutes, seconds].map(Number);
  const moment = new Date(0);
  moment.setUTCFullYear(parts[0]!, parts[1]! - 1, parts[2]!);
  moment.setUTCHours(parts[3]!, parts[4]!, parts[5]!);
  const inRange = moment.getUTCMonth() === parts[1]! - 1 && moment.getUTCDate() === parts[2] &&
    moment.getUTCMinutes() === parts[4] &&
    moment.getUTCSeconds() === parts[5] && moment.getUTCHours() === parts[3];
  if (!inRange) throw invalid(text);
  return BigInt(moment.getTime()) * 1000n + BigInt(fraction.padEnd(6, "0"));
}

function dayOfYear(text: string, year: number, day: number): Micros {
  const moment = new Date(0);
  moment.setUTCFullYear(year, 0, day);
  if (moment.getUTCFullYear() !== year) throw invalid(text);
  return BigInt(moment.getTime()) * 1000n;
}

function invalid(text: string): RangeError {
  return new RangeError(`invalid timestamp value: '${text}'`);
}
