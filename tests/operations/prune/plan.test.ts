import assert from "node:assert/strict";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { planPrune, pruneCandidates, type PruneStep } from "../../../src/operations/prune/plan.ts";
import { type RuleName, RULES } from "../../../src/operations/prune/rules.ts";
import { slowPrune } from "./slow_prune.ts";

const NONE = Object.fromEntries(RULES.map(({ name }) => [name, 0])) as Record<RuleName, number>;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Zones, and moments around which their clocks or calendars do something unusual. */
const ZONES: readonly [zone: string, ...moments: string[]][] = [
  ["UTC", "2024-12-31T23:59:59Z", "2021-01-03T23:59:00Z"],
  ["Europe/Berlin", "2024-03-31T01:00:00Z", "2024-10-27T01:00:00Z"],
  ["America/New_York", "2024-03-10T07:00:00Z", "2024-11-03T06:00:00Z"],
  ["Australia/Lord_Howe", "2024-04-06T15:00:00Z", "2024-10-05T15:30:00Z"],
  ["Pacific/Apia", "2011-12-30T10:00:00Z", "2021-04-03T14:00:00Z"],
  ["Asia/Kathmandu", "2020-12-27T18:15:00Z", "2026-12-31T18:15:00Z"],
];
const RUNS = 150;

interface History {
  readonly archives: { name: string; start: number }[];
  readonly counts: Record<string, number>;
  readonly within: number | undefined;
  readonly now: number;
}

/**
 * Archives around one of the moments, within minutes or years, some at the same time, some of them checkpoints; and few
 * rules, since the fine ones leave nothing to the others.
 */
function histories(moments: readonly string[]): fc.Arbitrary<History> {
  const ending = fc.constantFrom("", "", "", "", "", ".checkpoint", ".checkpoint.7", ".checkpoint.x", ".checkpoints");
  const rule = fc.constantFrom(...RULES.map(({ name }) => name));
  const count = fc.constantFrom(1, 2, 3, 5, 12, -1, -7);
  const spread = fc.constantFrom(5_000, 10 * 60_000, 4 * HOUR, 3 * DAY, 30 * DAY, 200 * DAY, 900 * DAY);
  return fc.tuple(fc.constantFrom(...moments), spread).chain(([moment, width]) => {
    const share = fc.double({ min: -1, max: 1, noNaN: true });
    const start = share.map((part) => Math.round((Date.parse(moment) + width * part) / 250) * 250);
    const archives = fc.array(fc.record({ start, ending }), { minLength: 8, maxLength: 60, size: "max" });
    return fc.record({
      archives: archives.map(numbered),
      counts: fc.array(fc.tuple(rule, count), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
      within: fc.option(fc.constantFrom(1, 24, 24 * 7, 24 * 31, 24 * 365), { nil: undefined, freq: 2 }),
      now: start,
    });
  });
}

function numbered(archives: { start: number; ending: string }[]): History["archives"] {
  const oldestFirst = archives.sort((a, b) => a.start - b.start);
  return oldestFirst.map(({ start, ending }, i) => ({ name: `a${i + 100}${ending}`, start }));
}

/** The plan of the sources, in the form of the slow one. */
function plan({ archives, counts, within, now }: History): string[] {
  const entries = archives.map(({ name, start }) =>
    [name, { id: new Uint8Array(32), time: manifestTime(start) }] as const
  );
  const retention = {
    within: within === undefined ? undefined : BigInt(within) * 3_600_000_000n,
    counts: { ...NONE, ...counts },
  };
  return planPrune(pruneCandidates({ archives: new Map(entries) }, undefined), retention, BigInt(now) * 1000n).map(
    line,
  );
}

function line({ archive, verdict }: PruneStep): string {
  if (verdict.kind === "keep") return `${archive.name} ${verdict.rule} #${verdict.number}`;
  return `${archive.name} ${verdict.kind === "prune" ? "prune" : "checkpoint"}`;
}

function manifestTime(start: number): string {
  return new Date(start).toISOString().replace("Z", "000");
}

describe("what prune keeps", () => {
  const zoneBefore = process.env["TZ"];
  after(() => {
    if (zoneBefore === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zoneBefore;
  });

  for (const [zone, ...moments] of ZONES) {
    it(`is what ${RUNS} histories in ${zone} demand`, () => {
      process.env["TZ"] = zone;
      const agrees = (history: History) => {
        const { archives, counts, within, now } = history;
        const options = within === undefined ? { counts } : { counts, within };
        assert.deepEqual(plan(history), slowPrune(archives, options, now, zone));
      };
      fc.assert(fc.property(histories(moments), agrees), { numRuns: RUNS, seed: 11 });
    });
  }
});

describe("a plan for pruning", () => {
  before(() => void (process.env["TZ"] = "UTC"));
  after(() => void delete process.env["TZ"]);

  const times = (...texts: string[]) => texts.map((text, i) => ({ name: `a${i + 1}`, start: Date.parse(`${text}Z`) }));
  const pruned = (archives: History["archives"], counts: Record<string, number>, within?: number, now = 0) =>
    plan({ archives, counts, within, now });

  it("lets an archive that is kept already use up its period, not the count", () => {
    const archives = times("2024-05-01T10:00", "2024-05-08T10:00", "2024-05-09T10:00", "2024-05-09T11:00");
    assert.deepEqual(pruned(archives, { daily: 1, weekly: 1 }), [
      "a4 daily #1",
      "a3 prune",
      "a2 prune",
      "a1 weekly #1",
    ]);
  });

  it("keeps the oldest while a rule has too few", () => {
    const archives = times("2024-01-01T10:00", "2024-01-02T10:00", "2024-01-02T11:00");
    assert.deepEqual(pruned(archives, { monthly: 2 }), ["a3 monthly #1", "a2 prune", "a1 monthly[oldest] #2"]);
    assert.deepEqual(pruned(archives, { monthly: -1 }), ["a3 monthly #1", "a2 prune", "a1 prune"]);
  });

  it("counts a 53rd week to the fourth quarter", () => {
    const archives = times("2020-09-27T10:00", "2020-09-28T10:00", "2021-01-03T10:00", "2021-01-04T10:00");
    const kept = ["a4 quarterly_13weekly #1", "a3 quarterly_13weekly #2", "a2 prune", "a1 quarterly_13weekly #3"];
    assert.deepEqual(pruned(archives, { quarterly_13weekly: -1 }), kept);
  });

  it("keeps what is younger than the interval, and not what is as old", () => {
    const archives = times("2024-01-01T10:00", "2024-01-01T10:00:01");
    const now = Date.parse("2024-01-02T10:00Z");
    assert.deepEqual(pruned(archives, {}, 24, now), ["a2 within #1", "a1 prune"]);
  });

  it("keeps a checkpoint only when nothing is newer", () => {
    const [first, second, third] = times("2024-01-01T10:00", "2024-01-02T10:00", "2024-01-03T10:00");
    const unfinished = { name: "a2.checkpoint", start: second!.start };
    assert.deepEqual(pruned([first!, unfinished, third!], { daily: 9 }), [
      "a3 daily #1",
      "a2.checkpoint prune",
      "a1 daily #2",
    ]);
    assert.deepEqual(pruned([first!, unfinished], { daily: 9 }), ["a2.checkpoint checkpoint", "a1 daily #1"]);
  });

  it("considers archives whose names match, and their checkpoints", () => {
    const names = ["x-1", "x-2.checkpoint", "x-3.checkpoint.4", "x-4.checkpoint.y", "y-5", "ax-6"];
    const entries = names.map((name, i) => [name, { id: new Uint8Array(32), time: manifestTime(i) }] as const);
    const found = pruneCandidates({ archives: new Map(entries) }, "x-?").map(({ name }) => name);
    assert.deepEqual(found, ["x-3.checkpoint.4", "x-2.checkpoint", "x-1"]);
  });
});
