import type { CalendarTime } from "../../encoding/calendar.ts";
import { isoWeek } from "../../encoding/strftime.ts";

const FIELDS = ["year", "month", "day", "hour", "minute", "second"] as const;

/** The rules that keep one archive of each period, in the order in which they apply (format reference 11.2). */
export const RULES = [
  { name: "secondly", period: upTo("second") },
  { name: "minutely", period: upTo("minute") },
  { name: "hourly", period: upTo("hour") },
  { name: "daily", period: upTo("day") },
  { name: "weekly", period: week },
  { name: "monthly", period: upTo("month") },
  { name: "quarterly_13weekly", period: thirteenWeeks },
  { name: "quarterly_3monthly", period: threeMonths },
  { name: "yearly", period: upTo("year") },
] as const;

export type RuleName = (typeof RULES)[number]["name"];

/** The period that a moment on the local calendar belongs to: of two moments, the same text or another. */
export type Period = (time: CalendarTime) => string;

function upTo(last: (typeof FIELDS)[number]): Period {
  const fields = FIELDS.slice(0, FIELDS.indexOf(last) + 1);
  return (time) => fields.map((field) => time[field]).join("-");
}

function week(time: CalendarTime): string {
  const { year, week } = isoWeek(time);
  return `${year}-${week}`;
}

/** Four quarters of 13 weeks; a 53rd week belongs to the last of them. */
function thirteenWeeks(time: CalendarTime): string {
  const { year, week } = isoWeek(time);
  return `${year}-${Math.min(Math.ceil(week / 13), 4)}`;
}

function threeMonths({ year, month }: CalendarTime): string {
  return `${year}-${Math.ceil(month / 3)}`;
}
