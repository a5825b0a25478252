import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { environment, ours } from "../../../interop/harness.ts";

export interface Measured {
  readonly status: number | null;
  readonly stderr: string;
  /** The most memory that it had at a time, in MiB. */
  readonly peak: number;
}

/** Runs the executable, and looks again and again how much memory it had at most so far (Linux). */
export async function measure(
  args: readonly string[],
  { base, cwd, env = {} }: { base: string; cwd: string; env?: Readonly<Record<string, string>> },
): Promise<Measured> {
  const child = spawn(ours.path, args, {
    cwd,
    env: { ...environment(base), VINCULUM_WORKERS: "2", ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr!.setEncoding("utf8").on("data", (text: string) => stderr += text);
  let peak = 0;
  const timer = setInterval(() => peak = Math.max(peak, peakOf(child.pid!)), 5);
  const [status] = await once(child, "close");
  clearInterval(timer);
  return { status, stderr, peak };
}

/** VmHWM; 0 when the process is gone. */
function peakOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/status`, "latin1");
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
