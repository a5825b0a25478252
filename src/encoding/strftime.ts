/** A moment on a calendar. */
export interface CalendarTime {
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
  /** Minutes east of UTC and the zone's name; without it `%z` and `%Z` are empty. */
  readonly zone?: { readonly offset: number; readonly name: string };
}

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS = [
  ...["January", "February", "March", "April", "May", "June"],
  ...["July", "August", "September", "October", "November", "December"],
];
const DAY = 86_400_000;

/** Writes a time as `strftime` does in the C locale, with Python's `%f`. What is no directive stays as it is. */
export function strftime(format: string, time: CalendarTime): string {
  return format.replaceAll(/%([-_]?)([a-zA-Z%])/g, (all, flag: string, directive: string) => {
    const write = DIRECTIVES[directive];
    if (write === undefined) return all;
    const text = write(time);
    if (flag === "") return text;
    return flag === "-"
      ? text.replace(/^[0 ]+(?=\d)/, "")
      : text.replace(/^0+(?=\d)/, (zeros) => " ".repeat(zeros.length));
  });
}

const DIRECTIVES: Readonly<Record<string, (time: CalendarTime) => string>> = {
  "%": () => "%",
  a: ({ weekday }) => DAYS[weekday]!.slice(0, 3),
  A: ({ weekday }) => DAYS[weekday]!,
  b: ({ month }) => MONTHS[month - 1]!.slice(0, 3),
  B: ({ month }) => MONTHS[month - 1]!,
  c: (time) => strftime("%a %b %e %H:%M:%S %Y", time),
  C: ({ year }) => two(Math.floor(year / 100)),
  d: ({ day }) => two(day),
  D: (time) => strftime("%m/%d/%y", time),
  e: ({ day }) => two(day, " "),
  f: ({ microsecond }) => String(microsecond).padStart(6, "0"),
  F: (time) => strftime("%Y-%m-%d", time),
  g: (time) => two(isoWeek(time).year % 100),
  G: (time) => String(isoWeek(time).year),
  h: ({ month }) => MONTHS[month - 1]!.slice(0, 3),
  H: ({ hour }) => two(hour),
  I: (time) => two(twelveHours(time)),
  j: (time) => String(dayOfYear(time)).padStart(3, "0"),
  k: ({ hour }) => two(hour, " "),
  l: (time) => two(twelveHours(time), " "),
  m: ({ month }) => two(month),
  M: ({ minute }) => two(minute),
  n: () => "\n",
  p: ({ hour }) => (hour < 12 ? "AM" : "PM"),
  P: ({ hour }) => (hour < 12 ? "am" : "pm"),
  r: (time) => strftime("%I:%M:%S %p", time),
  R: (time) => strftime("%H:%M", time),
  s: (time) => String(secondsSince1970(time)),
  S: ({ second }) => two(second),
  t: () => "\t",
  T: (time) => strftime("%H:%M:%S", time),
  u: ({ weekday }) => String(weekday + 1),
  U: (time) => two(weekOfYear(time, (time.weekday + 1) % 7)),
  V: (time) => two(isoWeek(time).week),
  w: ({ weekday }) => String((weekday + 1) % 7),
  W: (time) => two(weekOfYear(time, time.weekday)),
  x: (time) => strftime("%m/%d/%y", time),
  X: (time) => strftime("%H:%M:%S", time),
  y: ({ year }) => two(year % 100),
  Y: ({ year }) => String(year),
  z: ({ zone }) => (zone === undefined ? "" : offsetText(zone.offset)),
  Z: ({ zone }) => zone?.name ?? "",
};

function two(value: number, fill = "0"): string {
  return String(value).padStart(2, fill);
}

function twelveHours({ hour }: CalendarTime): number {
  return hour % 12 === 0 ? 12 : hour % 12;
}

function dayOfYear({ year, month, day }: CalendarTime): number {
  return (utc(year, month, day) - utc(year, 1, 1)) / DAY + 1;
}

/** Weeks that begin on the day of which `weekday` counts the distance; days before the first one are in week 0. */
function weekOfYear(time: CalendarTime, weekday: number): number {
  return Math.floor((dayOfYear(time) + 6 - weekday) / 7);
}

/** The ISO 8601 week: it belongs to the year in which its Thursday lies. */
function isoWeek(time: CalendarTime): { year: number; week: number } {
  const thursday = new Date(utc(time.year, time.month, time.day) + (3 - time.weekday) * DAY);
  const year = thursday.getUTCFullYear();
  return { year, week: Math.floor((thursday.getTime() - utc(year, 1, 1)) / DAY / 7) + 1 };
}

/** `Date.UTC` without its special treatment of years before 100. */
function utc(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day);
}

function secondsSince1970(time: CalendarTime): number {
  const { year, month, day, hour, minute, second, zone } = time;
  if (zone === undefined) {
    const local = new Date(2000, 0, 1, hour, minute, second);
    return Math.floor(local.setFullYear(year, month - 1, day) / 1000);
  }
  return utc(year, month, day) / 1000 + hour * 3600 + minute * 60 + second - zone.offset * 60;
}

function offsetText(minutes: number): string {
  const absolute = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(absolute / 60))}${two(absolute % 60)}`;
}
