import { readdirSync, readFileSync } from "node:fs";

/** The process that a process has started. */
export function childOf(pid: number | undefined): number {
  const child = readdirSync("/proc").find((name) => /^\d+$/.test(name) && parentOf(name) === pid);
  if (child === undefined) throw new Error(`process ${pid} has no child`);
  return Number(child);
}

/** The last process that what a client has started has started in turn: a shell may stand before the server. */
export function serverOf(client: number | undefined): number {
  let last = childOf(client);
  for (;;) {
    try {
      last = childOf(last);
    } catch {
      return last;
    }
  }
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/\) [^Z] (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "latin1"))?.[1]); // no zombies
  } catch {
    return undefined; // it has ended meanwhile
  }
}
