import { clampFileTime, formatLocal, type Micros } from "../../archive/timestamps.ts";
import { localCalendar } from "../../encoding/calendar.ts";
import { strftime } from "../../encoding/strftime.ts";
import type { Formattable } from "./format.ts";

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const SECOND = 1_000_000n;

/** `Sat, 2024-02-03 04:05:06`, on the local calendar. */
export function timeText(time: Micros): string {
  const date = new Date(Number((time - modulo(time, SECOND)) / 1000n));
  const year = date.getFullYear();
  const day = `${year < 1000 ? String(year).padStart(4, "0") : year}-${two(date.getMonth() + 1)}-${
    two(date.getDate())
  }`;
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${DAYS[date.getDay()]}, ${day} ${clock}`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/**
 * A file's time as BorgBackup shows it. It computes with floating point numbers, which at present tell apart some hundred
 * nanoseconds, and rounds to microseconds, of two equally near to the even one.
 */
export function fileTimeMicros(nanos: bigint): Micros {
  const seconds = Number(clampFileTime(nanos)) / 1e9;
  const whole = Math.floor(seconds);
  return BigInt(whole) * SECOND + BigInt(roundHalfEven((seconds - whole) * 1e6));
}

function roundHalfEven(value: number): number {
  const whole = Math.floor(value);
  const rest = value - whole;
  return rest > 0.5 || (rest === 0.5 && whole % 2 === 1) ? whole + 1 : whole;
}

/** `2024-02-03T04:05:06.000000`, on the local calendar: JSON shows archives' times without their fraction. */
export function archiveTimeJson(time: Micros): string {
  return formatLocal(time - modulo(time, SECOND));
}

function modulo(value: bigint, divisor: bigint): bigint {
  return ((value % divisor) + divisor) % divisor;
}

/** The same for times of files, which keep their fraction. */
export function fileTimeJson(time: Micros): string {
  return formatLocal(time);
}

/** A time in a format string: in its usual form, or as a strftime text has it. */
export class FormattableTime implements Formattable {
  constructor(readonly time: Micros) {}

  format(specification: string): string {
    return specification === "" ? timeText(this.time) : strftime(specification, localCalendar(this.time));
  }
}

/** `1 hours 2 minutes 3.00 seconds`. */
export function durationText(micros: Micros): string {
  const total = Number(micros) / 1e6;
  const parts: string[] = [];
  const add = (count: number, unit: string) => {
    if (count !== 0) parts.push(`${count} ${unit}`);
  };
  add(Math.floor(total / 86400), "days");
  add(Math.floor(total / 3600) % 24, "hours");
  add(Math.floor(total / 60) % 60, "minutes");
  return [...parts, `${(total % 60).toFixed(2)} seconds`].join(" ");
}
