import { exitOf, spawn } from "../platform/spawn.ts";
import { ownCommand } from "../platform/own_command.ts";
import { close } from "../platform/file.ts";
import { readReady } from "../platform/read_ready.ts";
import type { Context } from "./context.ts";

/** Tells the process that it is to serve the file system in the background. */
const VARIABLE = "VINCULUM_MOUNT_IN_BACKGROUND";

/** What the serving process writes to its standard output when the file system is there. */
export const MOUNTED = "mounted\n";

/** Whether this process is the one that serves. */
export function isBackground({ env }: Pick<Context, "env">): boolean {
  return env[VARIABLE] !== undefined;
}

/**
 * Starts this program again to serve the file system, and returns when that is there, or with the status of what came to
 * nothing. A process with threads cannot be forked; the new one shares our terminal until it has mounted, so that it can ask.
 */
export async function runInBackground({ argv, programName, env, outcome, interruption }: Context): Promise<void> {
  const words = [...ownCommand(), ...programName === "borgfs" ? ["mount"] : [], ...argv];
  const child = spawn(words, { stdout: "pipe", environment: { ...env, [VARIABLE]: "1" }, keep: secretsOf(env) });
  try {
    if (await isAnnounced(child.stdout!)) return;
  } finally {
    close(child.stdout!);
  }
  interruption.now.throwIfAborted();
  const status = await exitOf(child);
  outcome.child(status < 0 ? 128 - status : status);
}

/** The descriptor that the passphrase is to be read from, if it is. */
function secretsOf({ BORG_PASSPHRASE, BORG_PASSCOMMAND, BORG_PASSPHRASE_FD }: Context["env"]): number[] {
  if (BORG_PASSPHRASE !== undefined || BORG_PASSCOMMAND !== undefined) return [];
  return BORG_PASSPHRASE_FD !== undefined && /^\d+$/.test(BORG_PASSPHRASE_FD) ? [Number(BORG_PASSPHRASE_FD)] : [];
}

/** Waits for the announcement, not for the end: the runtime keeps a copy of the stream open. */
async function isAnnounced(descriptor: number): Promise<boolean> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(new ArrayBuffer(256));
  for (let text = ""; text !== MOUNTED;) {
    const length = await readReady(descriptor, buffer);
    if (length === 0) return false;
    text += decoder.decode(buffer.subarray(0, length), { stream: true });
  }
  return true;
}
