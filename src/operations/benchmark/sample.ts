/** Files to measure with. */
export interface Sample {
  readonly name: string;
  readonly count: number;
  /** Bytes of each. */
  readonly size: number;
  /** Random content, else zeros. */
  readonly random: boolean;
}

/** What `borg benchmark crud` measures with. */
export const SAMPLES: readonly Sample[] = [
  ["BIG", 10, 100_000_000] as const,
  ["MEDIUM", 1000, 1_000_000] as const,
  ["SMALL", 10_000, 10_000] as const,
].flatMap(([name, count, size]) => [
  { name: `Z-${name}`, count, size, random: false },
  { name: `R-${name}`, count, size, random: true },
]);
