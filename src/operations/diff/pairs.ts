import type { Item } from "../../archive/item.ts";
import { isHardLinkMaster, isHardLinkSlave } from "../extract/hard_links.ts";
import type { ItemCursor } from "./item_cursor.ts";

/** What two archives hold under one path; names of hard links stand with the attributes and contents of their masters. */
export interface Pair {
  readonly path: string;
  /** Undefined when the path was added. */
  readonly before: Item | undefined;
  /** Undefined when the path was removed. */
  readonly after: Item | undefined;
}

/** One of the two archives. */
class Side {
  /** Items whose path has not been met in the other archive. */
  readonly waiting = new Map<string, Item>();
  readonly masters = new Map<string, Item>();

  note(item: Item | undefined): void {
    if (item && isHardLinkMaster(item)) this.masters.set(item.path, item);
  }

  isResolvable(item: Item | undefined): boolean {
    return item === undefined || !isHardLinkSlave(item) || this.masters.has(item.source!);
  }

  resolve(item: Item | undefined): Item | undefined {
    return item && isHardLinkSlave(item) ? this.masters.get(item.source!) ?? item : item;
  }
}

/**
 * Brings the items of two archives together by path, in BorgBackup's order: what both have, as soon as it is there in both;
 * what was added; what was removed; and last the names of hard links whose masters came too late.
 */
export class Pairing {
  readonly #before = new Side();
  readonly #after = new Side();
  readonly #late: Pair[] = [];

  /** @param unresolved hears of names of hard links whose masters are not among the items: they cannot be compared */
  constructor(private readonly unresolved: (path: string) => void) {}

  async *run(before: ItemCursor, after: ItemCursor): AsyncGenerator<Pair> {
    for (;;) {
      const [was, is] = [await before.take(), await after.take()];
      if (!was && !is) break;
      yield* this.#meet(was, is);
    }
    for (const item of this.#after.waiting.values()) {
      yield* this.#lone({ path: item.path, before: undefined, after: item });
    }
    for (const item of this.#before.waiting.values()) {
      yield* this.#lone({ path: item.path, before: item, after: undefined });
    }
    for (const pair of this.#late) yield* this.#resolved(pair);
  }

  *#meet(was: Item | undefined, is: Item | undefined): Generator<Pair> {
    if (was && is && was.path === is.path) return yield* this.#both(was, is);
    if (was) {
      const partner = take(this.#after.waiting, was.path);
      if (partner) yield* this.#both(was, partner);
      else this.#before.waiting.set(was.path, was);
    }
    if (is) {
      const partner = take(this.#before.waiting, is.path);
      if (partner) yield* this.#both(partner, is);
      else this.#after.waiting.set(is.path, is);
    }
  }

  *#both(before: Item, after: Item): Generator<Pair> {
    const pair = { path: after.path, before, after };
    this.#note(pair);
    if (this.#isResolvable(pair)) yield this.#resolve(pair);
    else this.#late.push(pair);
  }

  *#lone(pair: Pair): Generator<Pair> {
    this.#note(pair);
    yield* this.#resolved(pair);
  }

  *#resolved(pair: Pair): Generator<Pair> {
    if (this.#isResolvable(pair)) yield this.#resolve(pair);
    else this.unresolved(pair.path);
  }

  #note({ before, after }: Pair): void {
    this.#before.note(before);
    this.#after.note(after);
  }

  #isResolvable({ before, after }: Pair): boolean {
    return this.#before.isResolvable(before) && this.#after.isResolvable(after);
  }

  #resolve({ path, before, after }: Pair): Pair {
    return { path, before: this.#before.resolve(before), after: this.#after.resolve(after) };
  }
}

function take(waiting: Map<string, Item>, path: string): Item | undefined {
  const item = waiting.get(path);
  if (item) waiting.delete(path);
  return item;
}
