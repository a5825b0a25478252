/**
 * What becomes of archives by format reference 11.2, worked out slowly and from the words of that section alone: local
 * times come from Intl, weeks from counting days. Owes nothing to the sources.
 */
export interface SlowArchive {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly start: number;
}

export interface SlowOptions {
  /** Hours. */
  readonly within?: number;
  readonly counts: Readonly<Record<string, number>>;
}

const DAY = 86_400_000;
const RULES = [
  "secondly",
  "minutely",
  "hourly",
  "daily",
  "weekly",
  "monthly",
  "quarterly_13weekly",
  "quarterly_3monthly",
  "yearly",
];

/** `archives` come oldest first. One line for each, newest first: its name and what becomes of it. */
export function slowPrune(archives: readonly SlowArchive[], options: SlowOptions, now: number, zone: string): string[] {
  const newestFirst = [...archives].reverse();
  const counted = newestFirst.filter(({ name }) => !isUnfinished(name));
  const reasons = new Map<SlowArchive, string>();
  const { within } = options;
  if (within !== undefined) {
    const recent = counted.filter(({ start }) => start > now - within * 3_600_000);
    for (const archive of recent) reasons.set(archive, `within #${recent.indexOf(archive) + 1}`);
  }
  for (const rule of RULES) applyRule(rule, options.counts[rule] ?? 0, counted, reasons, zone);
  if (newestFirst[0] && isUnfinished(newestFirst[0].name)) reasons.set(newestFirst[0], "checkpoint");
  return newestFirst.map((archive) => `${archive.name} ${reasons.get(archive) ?? "prune"}`);
}

function applyRule(
  rule: string,
  count: number,
  counted: readonly SlowArchive[],
  reasons: Map<SlowArchive, string>,
  zone: string,
): void {
  if (count === 0) return;
  const periods = counted.map(({ start }) => periodOf(rule, start, zone));
  const heads = counted.filter((archive, i) => (i === 0 || periods[i] !== periods[i - 1]) && !reasons.has(archive));
  const chosen = count < 0 ? heads : heads.slice(0, count);
  chosen.forEach((archive, i) => reasons.set(archive, `${rule} #${i + 1}`));
  const last = counted[counted.length - 1];
  if (chosen.length < count && last && !reasons.has(last)) reasons.set(last, `${rule}[oldest] #${chosen.length + 1}`);
}

function isUnfinished(name: string): boolean {
  const words = name.split(".");
  if (words.length > 1 && words[words.length - 1] === "checkpoint") return true;
  const digits = [...(words[words.length - 1] ?? "")];
  const isNumber = digits.length > 0 && digits.every((digit) => digit >= "0" && digit <= "9");
  return words.length > 2 && isNumber && words[words.length - 2] === "checkpoint";
}

function periodOf(rule: string, start: number, zone: string): string {
  const local = localText(start, zone);
  const [year, month, day] = local.split(/[- ]/, 3).map(Number) as [number, number, number];
  switch (rule) {
    case "secondly":
      return local;
    case "minutely":
      return local.slice(0, -3);
    case "hourly":
      return local.slice(0, -6);
    case "daily":
      return local.slice(0, -9);
    case "weekly":
      return weekOf(year, month, day).join(" week ");
    case "monthly":
      return local.slice(0, -12);
    case "quarterly_13weekly": {
      const [weekYear, week] = weekOf(year, month, day);
      return `${weekYear} quarter ${week <= 13 ? 1 : week <= 26 ? 2 : week <= 39 ? 3 : 4}`;
    }
    case "quarterly_3monthly":
      return `${year} quarter ${
        ["1 2 3", "4 5 6", "7 8 9", "10 11 12"].findIndex((q) => q.split(" ").includes(`${month}`))
      }`;
    default:
      return String(year);
  }
}

/** `2024-02-03 04:05:06`. */
function localText(start: number, timeZone: string): string {
  const fields = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  const clock = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;
  const parts = new Intl.DateTimeFormat("en-US", { timeZone, ...fields, ...clock }).formatToParts(start);
  const text = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  return `${text("year")}-${text("month")}-${text("day")} ${text("hour")}:${text("minute")}:${text("second")}`;
}

/** The week that holds the fourth of January is the first of its year; weeks begin on Monday. */
function weekOf(year: number, month: number, day: number): [year: number, week: number] {
  const date = Date.UTC(year, month - 1, day);
  for (const candidate of [year + 1, year, year - 1]) {
    let monday = Date.UTC(candidate, 0, 4);
    while (new Date(monday).getUTCDay() !== 1) monday -= DAY;
    if (date < monday) continue;
    let week = 1;
    while (date >= monday + week * 7 * DAY) week++;
    return [candidate, week];
  }
  throw new Error("no such week");
}
