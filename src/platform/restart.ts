import { readdirSync, readlinkSync } from "node:fs";
import process from "node:process";
import { cString, cStrings } from "./c_string.ts";
import { openLibc } from "./libc.ts";
import { rawCommandLine } from "./raw_process.ts";
import { system } from "./system.ts";

/** Of JavaScriptCore, read from the environment before anything of ours runs; its default is 100 000. */
const VARIABLE = "BUN_JSC_thresholdForFTLOptimizeAfterWarmUp";
const THRESHOLD = "1000000";

/**
 * Starts this process anew, same words, number and descriptors, with JavaScriptCore's last compiler told to wait ten times
 * longer. Over in seconds, most commands never get back what it costs: without it, `export-tar` of 20 000 files takes 0.68
 * CPU seconds instead of 1.08, and a command over gigabytes no longer than before. Starting twice costs 15 ms.
 *
 * Returns when it is the second start, and where it cannot be done (other runtimes, other systems: not tried there); all
 * works the same without it. Under the runtime's own profiler set the variable: its signals end a process that has just started.
 */
export function restartWithPatientCompiler(): void {
  const isSecond = process.env[VARIABLE] !== undefined;
  delete process.env[VARIABLE]; // Children have compilers of their own.
  if (isSecond || process.versions.bun === undefined || system !== "linux") return;
  const words = rawCommandLine();
  if (words === undefined) return;
  const libc = openLibc({
    setenv: { args: ["buffer", "buffer", "i32"], returns: "i32" },
    execv: { args: ["buffer", "buffer"], returns: "i32" },
    fcntl: { args: ["i32", "i32", "i32"], returns: "i32" },
  });
  for (const descriptor of inherited()) libc.fcntl(descriptor, F_SETFD, 0);
  libc.setenv(cString(VARIABLE), cString(THRESHOLD), 1);
  libc.execv(cString(process.execPath), cStrings(words));
}

const F_SETFD = 2;

/** What the caller gave us besides the streams (`3<file`, `<(command)`), which the runtime has set to be closed by execv. */
function inherited(): number[] {
  return readdirSync("/proc/self/fd").map(Number).filter((descriptor) => descriptor > 2 && !isOfRuntime(descriptor));
}

/** Its queues and events have no name; the directory that has just been read is closed again. */
function isOfRuntime(descriptor: number): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith("anon_inode:");
  } catch {
    return true;
  }
}
