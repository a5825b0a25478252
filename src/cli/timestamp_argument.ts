import type { Micros } from "../archive/timestamps.ts";

const YEAR = String.raw`(?<year>\d{4})`;
const DATE = String.raw`${YEAR}-(?<month>1[0-2]|0?[1-9])-(?<day>3[01]|[12]\d|[0 ]?[1-9])`;
const MINUTES = String.raw`(?<hours>2[0-3]|[01]?\d):(?<minutes>[0-5]?\d)`;
const TIME = String.raw`${MINUTES}:(?<seconds>[0-5]?\d)`;

/** The zone may only be named after a T and seconds. */
const FORMS = [
  String.raw`${DATE}T${TIME}(?:Z|\+00:00)?`,
  String.raw`${DATE}\s+${TIME}`,
  String.raw`${DATE}(?:T|\s+)${MINUTES}`,
  DATE,
  String.raw`${YEAR}-(?<dayOfYear>36[0-6]|3[0-5]\d|[12]\d\d|0?[1-9]\d|0?0?[1-9])`,
].map((form) => new RegExp(`^${form}$`, "i"));

/**
 * A moment in UTC: `2024-02-03T04:05:06`, also followed by `Z` or `+00:00`, with a blank for the T, or with seconds or time
 * left out; or year and day of the year, `2024-034`. All but the year may lack leading zeros. The day after a year's last
 * is the first of the next, if there was room for it in a leap year: `2023-366`. Throws RangeError.
 */
export function parseTimestampArgument(text: string): Micros {
  const fields = FORMS.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined);
  if (!fields || fields["year"] === "0000") throw invalid(text);
  const [month, day] = fields["dayOfYear"] === undefined
    ? [fields["month"], fields["day"]]
    : ["1", fields["dayOfYear"]];
  const { year, hours = "0", minutes = "0", seconds = "0" } = fields;
  const moment = new Date(0);
  moment.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (fields["day"] !== undefined && moment.getUTCDate() !== Number(day)) throw invalid(text);
  moment.setUTCHours(Number(hours), Number(minutes), Number(seconds));
  return BigInt(moment.getTime()) * 1000n;
}

function invalid(text: string): RangeError {
  return new RangeError(`invalid timestamp value: '${text}'`);
}
