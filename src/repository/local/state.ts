import { HashIndex } from "../../encoding/hash_index.ts";
import { Usage } from "./usage.ts";

/** What is known of a log: where each current object lies, and how its segments are used. */
export interface State {
  /** id to (segment, offset) */
  readonly index: HashIndex;
  readonly usage: Usage;
}

/** What is known of a log without segments. */
export function emptyState(): State {
  return { index: HashIndex.create(2), usage: new Usage() };
}
