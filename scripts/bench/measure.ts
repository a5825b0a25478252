import { readFileSync } from "node:fs";

/** What one run of a command cost. Children that it waited for are counted in. */
export interface Cost {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

export interface Command {
  readonly path: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** What is done while the command runs, and how many seconds of that are timed instead of the command. */
  meanwhile?(): Promise<number>;
}

/** The part of Bun that tells what a child used: the kernel's own account of it (wait4). Benchmarks run under Bun. */
interface BunProcesses {
  spawn(command: readonly string[], options: object): {
    readonly pid: number;
    readonly exited: Promise<number>;
    readonly stderr: ReadableStream;
    resourceUsage(): { readonly cpuTime: { readonly total: number | bigint } };
  };
}

/** A benchmarked command failed: its figures would be worthless. */
export class FailedRun extends Error {}

export async function measure({ path, args, cwd, env, meanwhile }: Command): Promise<Cost> {
  const { Bun } = globalThis as unknown as { Bun: BunProcesses };
  const start = performance.now();
  const child = Bun.spawn([path, ...args], { cwd, env, stdin: "ignore", stdout: "ignore", stderr: "pipe" });
  const memory = watchMemory(child.pid);
  const said = new Response(child.stderr).text();
  const seconds = meanwhile && await Promise.race([meanwhile(), child.exited.then(() => 0)]);
  const [status, stderr] = await Promise.all([child.exited, said]);
  const wallSeconds = seconds ?? (performance.now() - start) / 1000;
  const peakBytes = memory.stop();
  if (status !== 0) throw new FailedRun(`${path} ${args.join(" ")} ended with ${status}\n${stderr}`);
  return { wallSeconds, cpuSeconds: Number(child.resourceUsage().cpuTime.total) / 1e6, peakBytes };
}

const SAMPLE_MILLISECONDS = 4;

/**
 * Follows the high-water mark of a process. The kernel's account at the end would not do: there a child starts with the
 * high-water mark of the process that it was forked from.
 */
function watchMemory(pid: number): { stop(): number } {
  let peakBytes = 0;
  const sample = () => {
    peakBytes = Math.max(peakBytes, readHighWater(pid) ?? 0);
  };
  sample();
  const timer = setInterval(sample, SAMPLE_MILLISECONDS);
  return {
    stop() {
      clearInterval(timer);
      return peakBytes;
    },
  };
}

/** Nothing when the process is gone, or where there is no `/proc`. */
function readHighWater(pid: number): number | undefined {
  try {
    const kib = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "ENOENT" || code === "ESRCH") return undefined;
    throw error;
  }
}

/** The middle wall and CPU time of several runs, and the highest peak. */
export function summarize(costs: readonly Cost[]): Cost {
  return {
    wallSeconds: median(costs.map((cost) => cost.wallSeconds)),
    cpuSeconds: median(costs.map((cost) => cost.cpuSeconds)),
    peakBytes: Math.max(...costs.map((cost) => cost.peakBytes)),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2;
}
