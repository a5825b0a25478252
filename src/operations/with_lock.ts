import process from "node:process";
import { type Child, exitOf, spawn } from "../platform/spawn.ts";
import { onSignal } from "../platform/signals.ts";
import type { Location } from "../repository/location.ts";
import type { Host } from "./host.ts";
import { withRepository } from "./opening.ts";
import { touchManifest } from "./touch_manifest.ts";

/** Signals that are meant for the child as much as for us. Ctrl-C reaches it without our help. */
const FORWARDED = ["SIGTERM", "SIGHUP"] as const;

/**
 * Runs a program while the repository is locked, and in a transaction so that nothing else can be under way in it. The lock
 * is not given back before the program has ended. Gives its exit status, or the negated number of the signal that killed it.
 */
export function runWithLock(
  host: Host,
  location: Location,
  lockWait: number | undefined,
  words: readonly string[],
  environment: Host["env"],
): Promise<number> {
  return withRepository(host, location, { lock: "exclusive", lockWait }, async (repository) => {
    await touchManifest(repository);
    try {
      return await attended(spawn(words, { environment }));
    } finally {
      await repository.commit();
    }
  });
}

/** Waits for the end of a child, which gets the signals that ask for ours. */
async function attended(child: Child): Promise<number> {
  const forward = (signal: (typeof FORWARDED)[number]) => onSignal(signal, () => process.kill(child.pid, signal));
  const ends = FORWARDED.map(forward);
  try {
    return await exitOf(child);
  } finally {
    for (const end of ends) end();
  }
}
