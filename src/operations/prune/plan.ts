import type { Manifest } from "../../archive/manifest.ts";
import { isCheckpoint } from "../../archive/names.ts";
import { type Micros, parseTimestamp } from "../../archive/timestamps.ts";
import { type CalendarTime, localCalendar } from "../../encoding/calendar.ts";
import { archiveNameMatcher, type ArchiveSummary, filterArchives } from "../../selection/archive_filter.ts";
import { type Period, type RuleName, RULES } from "./rules.ts";

/** What is to be kept. */
export interface Retention {
  /** Everything that began no longer ago; undefined = this rule keeps nothing. */
  readonly within: Micros | undefined;
  /** How many archives each rule keeps: 0 = none, below 0 = one of every period that there is. */
  readonly counts: Readonly<Record<RuleName, number>>;
}

/** What becomes of an archive and why. */
export type Verdict =
  /** The rule that keeps it, and how many that rule has kept with it. */
  | { readonly kind: "keep"; readonly rule: string; readonly number: number }
  /** The newest archive of all is a checkpoint: a backup may go on from there. */
  | { readonly kind: "keep-checkpoint" }
  | { readonly kind: "prune" };

export interface PruneStep {
  readonly archive: ArchiveSummary;
  readonly verdict: Verdict;
}

/** An archive that rules count, with the moment of its start. */
interface Candidate {
  readonly archive: ArchiveSummary;
  readonly start: Micros;
  readonly local: CalendarTime;
}

/** The archives that a prune considers, newest first: those that `glob` matches, and their checkpoints. */
export function pruneCandidates({ archives }: Pick<Manifest, "archives">, glob: string | undefined): ArchiveSummary[] {
  const matches = archiveNameMatcher(glob, true);
  const found = Array.from(archives, ([name, { id, time }]) => ({ name, id, time })).filter(({ name }) =>
    matches(name)
  );
  return filterArchives(found, { sortBy: ["timestamp"] }).reverse();
}

/** Judges each of the archives, which come newest first, by the rules of format reference 11.2. */
export function planPrune(archives: readonly ArchiveSummary[], retention: Retention, now: Micros): PruneStep[] {
  const candidates = archives.filter(({ name }) => !isCheckpoint(name)).map(candidate);
  const kept = new Map<ArchiveSummary, Verdict>();
  keepWithin(candidates, retention.within, now, kept);
  for (const { name, period } of RULES) keepPeriods(candidates, name, period, retention.counts[name], kept);
  const [newest] = archives;
  if (newest && isCheckpoint(newest.name)) kept.set(newest, { kind: "keep-checkpoint" });
  return archives.map((archive) => ({ archive, verdict: kept.get(archive) ?? { kind: "prune" } }));
}

function candidate(archive: ArchiveSummary): Candidate {
  const start = parseTimestamp(archive.time);
  return { archive, start, local: localCalendar(start) };
}

type Kept = Map<ArchiveSummary, Verdict>;

function keepWithin(candidates: readonly Candidate[], within: Micros | undefined, now: Micros, kept: Kept): void {
  if (within === undefined) return;
  const recent = candidates.filter(({ start }) => start > now - within);
  recent.forEach(({ archive }, i) => kept.set(archive, { kind: "keep", rule: "within", number: i + 1 }));
}

/** Keeps the newest archive of each period that no rule before has kept, and the oldest of all when that are too few. */
function keepPeriods(candidates: readonly Candidate[], rule: string, period: Period, count: number, kept: Kept): void {
  if (count === 0) return;
  let number = 0;
  let previous: string | undefined;
  for (const { archive, local } of candidates) {
    const current = period(local);
    if (current === previous) continue;
    previous = current;
    if (kept.has(archive)) continue;
    kept.set(archive, { kind: "keep", rule, number: ++number });
    if (number === count) return;
  }
  const oldest = candidates.at(-1)?.archive;
  if (count < 0 || !oldest || kept.has(oldest)) return;
  kept.set(oldest, { kind: "keep", rule: `${rule}[oldest]`, number: number + 1 });
}
