import { type CalendarTime, formatOffset, zoneName } from "./calendar.ts";

const DIRECTIVE = /%([-_0^#]*)(\d*)[EO]?([A-Za-z%])/g;
const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS = [
  ...["January", "February", "March", "April", "May", "June"],
  ...["July", "August", "September", "October", "November", "December"],
];

/** Directives that stand for others, as in the C locale. */
const COMPOSITES: Readonly<Record<string, string>> = {
  c: "%a %b %e %H:%M:%S %Y",
  D: "%m/%d/%y",
  F: "%Y-%m-%d",
  r: "%I:%M:%S %p",
  R: "%H:%M",
  T: "%H:%M:%S",
  x: "%m/%d/%y",
  X: "%H:%M:%S",
};

/** How a directive's value is written unless its flags say otherwise. */
interface Field {
  readonly text: string;
  readonly width: number;
  readonly pad: string;
}

/**
 * `time` as Python's strftime writes it on Linux: English names, and the C library's flags and widths too. What is not a
 * directive stays as it is.
 */
export function strftime(format: string, time: CalendarTime): string {
  return format.replace(DIRECTIVE, (all, flags: string, width: string, letter: string) => {
    const field = readField(letter, time);
    return field === undefined ? all : layOut(field, letter, flags, Number(width));
  });
}

function layOut({ text, width, pad }: Field, letter: string, flags: string, wanted: number): string {
  const filler = flags.includes("_") ? " " : flags.includes("0") ? "0" : pad;
  const cased = flags.includes("^") ? text.toUpperCase() : flags.includes("#") ? changeCase(text, letter) : text;
  return cased.padStart(wanted > 0 ? wanted : flags.includes("-") ? 0 : width, filler);
}

function changeCase(text: string, letter: string): string {
  return /[pZ]/.test(letter) ? text.toLowerCase() : text.toUpperCase();
}

function readField(letter: string, time: CalendarTime): Field | undefined {
  const composite = COMPOSITES[letter];
  const text = composite === undefined ? readText(letter, time) : strftime(composite, time);
  return text === undefined ? readNumber(letter, time) : { text, width: 0, pad: " " };
}

function readText(letter: string, time: CalendarTime): string | undefined {
  switch (letter) {
    case "a":
      return DAYS[time.weekday]!.slice(0, 3);
    case "A":
      return DAYS[time.weekday]!;
    case "b":
    case "h":
      return MONTHS[time.month - 1]!.slice(0, 3);
    case "B":
      return MONTHS[time.month - 1]!;
    case "n":
      return "\n";
    case "p":
      return time.hour < 12 ? "AM" : "PM";
    case "P":
      return time.hour < 12 ? "am" : "pm";
    case "t":
      return "\t";
    case "z":
      return formatOffset(time.offset);
    case "Z":
      return zoneName(time);
    case "%":
      return "%";
  }
  return undefined;
}

function readNumber(letter: string, time: CalendarTime): Field | undefined {
  const hour12 = (time.hour + 11) % 12 + 1;
  switch (letter) {
    case "C":
      return zeros(Math.floor(time.year / 100));
    case "d":
      return zeros(time.day);
    case "e":
      return blanks(time.day);
    case "f":
      return zeros(time.microsecond, 6);
    case "g":
      return zeros(isoWeek(time).year % 100);
    case "G":
      return zeros(isoWeek(time).year, 0);
    case "H":
      return zeros(time.hour);
    case "I":
      return zeros(hour12);
    case "j":
      return zeros(time.dayOfYear, 3);
    case "k":
      return blanks(time.hour);
    case "l":
      return blanks(hour12);
    case "m":
      return zeros(time.month);
    case "M":
      return zeros(time.minute);
    case "s":
      return zeros(Number((time.micros - BigInt(time.microsecond)) / 1000000n), 0);
    case "S":
      return zeros(time.second);
    case "u":
      return zeros(time.weekday + 1, 1);
    case "U":
      return zeros(weekOfYear(time, (time.weekday + 1) % 7));
    case "V":
      return zeros(isoWeek(time).week);
    case "w":
      return zeros((time.weekday + 1) % 7, 1);
    case "W":
      return zeros(weekOfYear(time, time.weekday));
    case "y":
      return zeros(time.year % 100);
    case "Y":
      return zeros(time.year, 0);
  }
  return undefined;
}

function zeros(value: number, width = 2): Field {
  return { text: String(value), width, pad: "0" };
}

function blanks(value: number): Field {
  return { text: String(value), width: 2, pad: " " };
}

/** Weeks that have begun in the year, if this is day `day` of its week; what is before the first one is week 0. */
function weekOfYear(time: CalendarTime, day: number): number {
  return Math.floor((time.dayOfYear + 6 - day) / 7);
}

/** The year and week that the Thursday of this week is in. */
export function isoWeek(time: CalendarTime): { year: number; week: number } {
  const thursday = new Date(0);
  thursday.setUTCFullYear(time.year, time.month - 1, time.day + 3 - time.weekday);
  const year = thursday.getUTCFullYear();
  const day = (thursday.getTime() - new Date(0).setUTCFullYear(year, 0, 1)) / 86400000;
  return { year, week: Math.floor(day / 7) + 1 };
}
