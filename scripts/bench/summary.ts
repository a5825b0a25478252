import type { Cost } from "./measure.ts";

/** What one row has come to. */
export interface Outcome {
  readonly name: string;
  readonly ours: Cost;
  readonly theirs: Cost | undefined;
}

/** What all rows have come to, in a few lines. */
export function summary(outcomes: readonly Outcome[]): string {
  const memory = worst(outcomes, ({ ours }) => -ours.peakBytes);
  const lines = [`highest memory: ${(memory.ours.peakBytes / 2 ** 20).toFixed(0)} MiB (${memory.name})`];
  const compared = outcomes.filter(({ theirs }) => theirs !== undefined);
  return [...(compared.length > 0 ? comparison(compared) : []), ...lines].join("\n");
}

function comparison(outcomes: readonly Outcome[]): string[] {
  const mean = Math.exp(outcomes.reduce((sum, outcome) => sum + Math.log(gain(outcome)), 0) / outcomes.length);
  const slowest = worst(outcomes, gain);
  const ours = outcomes.reduce((sum, outcome) => sum + outcome.ours.cpuSeconds, 0);
  const theirs = outcomes.reduce((sum, outcome) => sum + (outcome.theirs?.cpuSeconds ?? 0), 0);
  return [
    `geometric mean of the wall ratios: ${mean.toFixed(2)}x`,
    `worst row: ${gain(slowest).toFixed(2)}x (${slowest.name})`,
    `CPU time of all rows: ${ours.toFixed(1)} s, theirs ${theirs.toFixed(1)} s`,
  ];
}

/** How many times as fast we are. */
function gain({ ours, theirs }: Outcome): number {
  return (theirs?.wallSeconds ?? NaN) / ours.wallSeconds;
}

function worst(outcomes: readonly Outcome[], value: (outcome: Outcome) => number): Outcome {
  return outcomes.reduce((found, outcome) => (value(outcome) < value(found) ? outcome : found));
}
