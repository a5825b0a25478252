import { createBsdFlags } from "./flags_bsd.ts";
import { createLinuxFlags } from "./flags_linux.ts";
import type { Stat } from "./stat.ts";
import { forSystem } from "./system.ts";

/** One system's calls. Flags are those that archives store (format reference 4.7). */
export interface FlagCalls {
  read(target: string | number, stat: Stat): number;
  write(target: string | number, flags: number): void;
}

const calls: FlagCalls = forSystem({ linux: createLinuxFlags, darwin: createBsdFlags, freebsd: createBsdFlags });

/** The flags of an open file or a path (links are not followed); 0 where there are none. `stat` is the file's. */
export function readFlags(target: string | number, stat: Stat): number {
  return stat.flags ?? calls.read(target, stat);
}

/** Sets those flags that a restore may touch and leaves the others; no-op where the file system has no flags. */
export function writeFlags(target: string | number, flags: number): void {
  calls.write(target, flags);
}
