import { yieldToLoop } from "../platform/signals.ts";
import type { Work } from "./eventually.ts";
import type { Host } from "./host.ts";

/** Called again and again by what takes long without ever waiting. Throws when the run must end here. */
export type Pace = () => Promise<void>;

/** Milliseconds of work between two looks at what has happened meanwhile. */
const STRETCH = 50;

type Watch = Pick<Host, "monotonic" | "checkAbort">;

/** Lets signals have their turn now and then: nothing else does while a run reads files of this machine. */
export function paceOf(watch: Watch): Pace {
  const pace = rarePaceOf(watch);
  return async () => await pace();
}

/** The same for those who look for themselves whether the run must end, and ask so often that a promise would cost. */
export function yieldingPace(): () => Work {
  return rarePaceOf({ monotonic: () => performance.now(), checkAbort: () => {} });
}

function rarePaceOf({ monotonic, checkAbort }: Watch): () => Work {
  let next = monotonic() + STRETCH;
  const turn = async () => {
    await yieldToLoop();
    checkAbort();
    next = monotonic() + STRETCH;
  };
  return () => (monotonic() < next ? undefined : turn());
}
