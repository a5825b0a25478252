import { after, before } from "node:test";
import { Pair } from "./pair.ts";
import { plant } from "./tree.ts";

/** Gives a group of tests a pair with the planted tree to back up. In the end what ours has written is verified. */
export function usePlantedPair(take: (pair: Pair) => void): void {
  let pair: Pair;
  before(() => {
    pair = new Pair();
    plant(pair.source);
    take(pair);
  });
  after(() => {
    pair.verify();
    pair.remove();
  });
}
