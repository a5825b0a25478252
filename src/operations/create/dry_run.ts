import type { Reporter } from "../reporter.ts";
import type { Filling } from "./fill.ts";

/** Fills nothing: each object only gets the status of a dry run. */
export function dryFilling(reporter: Reporter, visit: (path: string) => void): Filling {
  const wouldStore = () => "-";
  return {
    visitor: { directory: wouldStore, other: wouldStore },
    stream: ({ name }) => {
      reporter.fileStatus("-", name);
      return Promise.resolve();
    },
    visit,
  };
}
