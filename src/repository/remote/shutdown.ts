import type { Connection } from "./connection.ts";
import type { Transport } from "./transport.ts";

/** How long a server may take to come to its end, and then how long to obey; milliseconds. */
const LAST_ANSWER = 30_000;
const BUSY_ANSWER = 2_000;
const EXIT = 10_000;
const TERMINATION = 2_000;

/**
 * Ends a connection: no more input, what the server still has to say is heard, and if its process does not end by itself it
 * is ended.
 */
export async function endTransport(transport: Transport, connection: Connection, log: Promise<void>): Promise<void> {
  // A server that is at something cannot hear us, it notices the end of its input when that is done; and one that does not
  // speak the protocol may go on for ever.
  const patience = connection.isAlive && connection.outstanding === 0 ? LAST_ANSWER : BUSY_ANSWER;
  const quiet = Promise.all([connection.close(), log]);
  const hasEnded = await within(patience, quiet) && await within(EXIT, transport.exited);
  if (!hasEnded) await end(transport);
  transport.dispose();
}

async function end(transport: Transport): Promise<void> {
  transport.kill("SIGTERM");
  if (await within(TERMINATION, transport.exited)) return;
  transport.kill("SIGKILL");
  await within(TERMINATION, transport.exited);
}

/** Whether `work` was done in so many milliseconds. */
export async function within(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), milliseconds)));
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
