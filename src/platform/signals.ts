import { constants } from "node:os";
import process from "node:process";

/** The signals that the program listens to. SIGINFO exists on macOS and FreeBSD only. */
export type SignalName = "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGUSR1" | "SIGUSR2" | "SIGINFO";

/** Two interrupts within this time are one key press that reached us twice, in milliseconds. */
const ECHO_TIME = 20;

/** Calls `handler` at each such signal, from the event loop; returns what ends that. No-op where there is no such signal. */
export function onSignal(name: SignalName, handler: () => void): () => void {
  if (signalNumber(name) === undefined) return () => {};
  process.on(name as NodeJS.Signals, handler);
  return () => process.off(name as NodeJS.Signals, handler);
}

/** The number of a signal, undefined if this system does not have it. */
export function signalNumber(name: SignalName): number | undefined {
  return (constants.signals as Partial<Record<string, number>>)[name];
}

/** What the first Ctrl-C does, and what each further one. */
export interface InterruptHandlers {
  first(): void;
  again(): void;
}

/** Tells the first SIGINT from later ones; one that follows another within 20 ms is dropped. Returns what ends that. */
export function onInterrupt(
  { first, again }: InterruptHandlers,
  now: () => number = performance.now.bind(performance),
) {
  let last: number | undefined;
  return onSignal("SIGINT", () => {
    const before = last;
    last = now();
    if (before === undefined) first();
    else if (last - before >= ECHO_TIME) again();
  });
}

/**
 * Lets signals that have arrived reach their handlers: a synchronous loop does this every 50 ms or so. Measured: one turn
 * is enough in Bun (3 us); Deno's signals come by another thread and only a timer reliably waits for them (2 ms).
 */
export async function yieldToLoop(): Promise<void> {
  const inBun = process.versions.bun !== undefined;
  await new Promise((resolve) => inBun ? setImmediate(resolve) : setTimeout(resolve, 0));
}
