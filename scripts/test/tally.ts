/** How a run of tests came out. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const NOTHING: Tally = { passed: 0, failed: 0, skipped: 0 };

export function add(a: Tally, b: Tally): Tally {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** From the report that `deno test --junit-path` writes. A group of tests counts as its members only. */
export function tallyDeno(report: string): Tally {
  const cases = [...report.matchAll(/<testcase name="([^"]*)"[^>]*>([\s\S]*?)<\/testcase>/g)];
  const names = cases.map(([, name]) => name ?? "");
  const groups = new Set(names.flatMap(parentsOf));
  const results = cases.filter(([, name]) => !groups.has(name ?? "")).map(([, , body]) => body ?? "");
  const failed = results.filter((body) => body.includes("<failure") || body.includes("<error")).length;
  const skipped = results.filter((body) => body.includes("<skipped")).length;
  return { passed: results.length - failed - skipped, failed, skipped };
}

function parentsOf(name: string): string[] {
  const parts = name.split(" &gt; ");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join(" &gt; "));
}

/** From the last lines that `bun test` prints. */
export function tallyBun(output: string): Tally {
  const count = (word: string) => Number(new RegExp(`^ *(\\d+) ${word}$`, "m").exec(output)?.[1] ?? 0);
  return { passed: count("pass"), failed: count("fail"), skipped: count("skip") + count("todo") };
}

/**
 * What a run amounts to. A skipped group leaves one line in the output but may leave nothing in the runtime's own count; a
 * run that fails without a failed test has failed all the same; so has one without any test.
 */
export function settle(counted: Tally, output: string, status: number | null): Tally {
  const announced = output.split("\n").filter((line) => line.startsWith("SKIP ")).length;
  const skipped = Math.max(counted.skipped, announced);
  const failedOtherwise = counted.failed === 0 && (status !== 0 || counted.passed + skipped === 0) ? 1 : 0;
  return { passed: counted.passed, failed: counted.failed + failedOtherwise, skipped };
}
