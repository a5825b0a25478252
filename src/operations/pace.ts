import { yieldToLoop } from "../platform/signals.ts";
import type { Host } from "./host.ts";

/** Called again and again by what takes long without ever waiting. Throws when the run must end here. */
export type Pace = () => Promise<void>;

/** Milliseconds of work between two looks at what has happened meanwhile. */
const STRETCH = 50;

/** Lets signals have their turn now and then: nothing else does while a run reads files of this machine. */
export function paceOf(host: Host): Pace {
  let next = host.monotonic() + STRETCH;
  return async () => {
    if (host.monotonic() < next) return;
    await yieldToLoop();
    host.checkAbort();
    next = host.monotonic() + STRETCH;
  };
}
