import process from "node:process";
import { hasCode } from "../local/files.ts";

/** Who takes a lock: a name for this machine that no other machine has, and the process. */
export interface HostIdentity {
  readonly hostId: string;
  readonly pid: number;
}

/** Who holds a lock, as the lock's files tell it (format reference 3). */
export interface Holder extends HostIdentity {
  readonly thread: number;
}

/** The holder that stands for this process; the thread is always 0. */
export function asHolder(identity: HostIdentity): Holder {
  return { hostId: identity.hostId, pid: identity.pid, thread: 0 };
}

/** The name of the file by which an exclusive lock names its holder. */
export function formatHolder(holder: Holder): string {
  return `${holder.hostId}.${holder.pid}-${holder.thread.toString(16)}`;
}

/** The holder that a file name stands for. Host names may contain `-` and `.`, hence the last ones count. */
export function parseHolder(name: string): Holder | undefined {
  const match = /^(.*)\.([0-9]+)-([0-9a-f]+)$/s.exec(name);
  if (!match) return undefined;
  return { hostId: match[1]!, pid: Number(match[2]), thread: parseInt(match[3]!, 16) };
}

export function sameHolder(a: Holder, b: Holder): boolean {
  return a.hostId === b.hostId && a.pid === b.pid && a.thread === b.thread;
}

/** Whether the holder is a process of this machine that does not run any more. Other machines' holders never are. */
export function isStale(holder: Holder, identity: HostIdentity): boolean {
  return holder.hostId === identity.hostId && holder.thread === 0 && !isAlive(holder.pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if (hasCode(error, "ESRCH")) return false;
    if (hasCode(error, "EPERM")) return true;
    throw error;
  }
}
