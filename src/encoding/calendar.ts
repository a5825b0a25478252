/** A moment as the calendar and the clock on the wall show it, here or in UTC. */
export interface CalendarTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
  /** 0 is Monday. */
  readonly weekday: number;
  /** 1 is the first of January. */
  readonly dayOfYear: number;
  /** Minutes that the clock is ahead of UTC. */
  readonly offset: number;
  readonly isUtc: boolean;
  /** Microseconds since 1970, UTC. */
  readonly micros: bigint;
}

/** `micros`, in microseconds since 1970, in the time zone of this machine. */
export function localCalendar(micros: bigint): CalendarTime {
  const offset = -new Date(Number(micros / 1000n)).getTimezoneOffset();
  return calendar(micros, offset, false);
}

/** `micros`, in microseconds since 1970, in UTC. */
export function utcCalendar(micros: bigint): CalendarTime {
  return calendar(micros, 0, true);
}

/** `UTC`, or the short name of this machine's time zone at that moment, or, if it has none, its offset. */
export function zoneName(time: CalendarTime): string {
  if (time.isUtc) return "UTC";
  // Each of these languages knows the short names of some zones only.
  for (const language of ["en-US", "en-GB", "en-AU", "en-IN", "ja"]) {
    const parts = new Intl.DateTimeFormat(language, { timeZoneName: "short" });
    const name = parts.formatToParts(Number(time.micros / 1000n)).find(({ type }) => type === "timeZoneName")?.value;
    if (name !== undefined && !/^GMT./.test(name)) return name;
  }
  return formatOffset(time.offset).replace(/00$/, "");
}

/** `+0100`, for 60 minutes ahead of UTC. */
export function formatOffset(minutes: number): string {
  const [hour, minute] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? "-" : "+"}${String(hour).padStart(2, "0")}${String(minute).padStart(2, "0")}`;
}

function calendar(micros: bigint, offset: number, isUtc: boolean): CalendarTime {
  const shifted = micros + BigInt(Math.round(offset * 60)) * 1000000n;
  const microsecond = Number((shifted % 1000000n + 1000000n) % 1000000n);
  const date = new Date(Number((shifted - BigInt(microsecond)) / 1000n));
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    microsecond,
    weekday: (date.getUTCDay() + 6) % 7,
    dayOfYear: Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86400000) + 1,
    offset,
    isUtc,
    micros,
  };
}
