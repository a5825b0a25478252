import type { Cost } from "./measure.ts";

const NAME_WIDTH = 40;
const COLUMNS = [9, 9, 8, 9, 9, 8, 8, 8];

/** The heading: our three figures, theirs, and how many times less we take. */
export function heading(names: readonly string[]): string {
  const [ours = "", theirs] = names;
  const groups = theirs === undefined ? [ours, "", ""] : [ours, "", "", theirs, "", "", "", ""];
  const figures = ["wall s", "CPU s", "MiB"];
  const titles = theirs === undefined ? figures : [...figures, ...figures, "wall", "CPU"];
  return `${line("", groups)}\n${line("", titles)}`;
}

/** One row. The last two columns say how many times our cost theirs is: above 1 we are better. */
export function row(name: string, ours: Cost, theirs: Cost | undefined): string {
  const ratios = theirs
    ? [ratio(theirs.wallSeconds / ours.wallSeconds), ratio(theirs.cpuSeconds / ours.cpuSeconds)]
    : [];
  return line(name, [...figures(ours), ...(theirs ? figures(theirs) : []), ...ratios]);
}

function figures({ wallSeconds, cpuSeconds, peakBytes }: Cost): string[] {
  return [wallSeconds.toFixed(3), cpuSeconds.toFixed(3), (peakBytes / 2 ** 20).toFixed(0)];
}

function ratio(value: number): string {
  return `${value.toFixed(2)}x`;
}

function line(name: string, cells: readonly string[]): string {
  return name.padEnd(NAME_WIDTH) + cells.map((cell, index) => cell.padStart(COLUMNS[index] ?? 0)).join("");
}
