import { yieldToLoop } from "../platform/signals.ts";
import type { Host } from "./host.ts";

/** Called again and again by what takes long without ever waiting. Throws when the run must end here. */
export type Pace = () => Promise<void>;

/** Milliseconds of work between two looks at what has happened meanwhile. */
const STRETCH = 50;

/** Lets signals have their turn now and then: nothing else does while a run reads files of this machine. */
export function paceOf({ monotonic, checkAbort }: Pick<Host, "monotonic" | "checkAbort">): Pace {
  let next = monotonic() + STRETCH;
  return async () => {
    if (monotonic() < next) return;
    await yieldToLoop();
    checkAbort();
    next = monotonic() + STRETCH;
  };
}

/** The same for those who look for themselves whether the run must end. */
export function yieldingPace(): Pace {
  return paceOf({ monotonic: () => performance.now(), checkAbort: () => {} });
}
