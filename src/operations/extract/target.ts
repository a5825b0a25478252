import type { Item } from "../../archive/item.ts";
import type { Step } from "./queue.ts";

/** What extraction makes of items: files, a stream of bytes, or nothing. */
export interface Target {
  /** What to do with one item; a slave's `source` is the path that it links to, in terms of this target. */
  step(item: Item): Omit<Step, "fail">;
  /** What to do with a directory when everything in it is there. */
  complete(directory: Item): Omit<Step, "fail">;
  /** The step that was being done has failed: what it holds open is closed. */
  abandon(): void;
}
