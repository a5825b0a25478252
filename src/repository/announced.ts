import type { Repository } from "./repository.ts";

/** Ids are announced at least this many before their turn. */
const AHEAD = 1000;

/** The same ids, each announced a good while before it comes. Every one must then be asked for with `get`, in this order. */
export function* announced(repository: Pick<Repository, "preload">, ids: Iterable<Uint8Array>): Generator<Uint8Array> {
  const iterator = ids[Symbol.iterator]();
  let current = announceNext(repository, iterator);
  while (current.length > 0) {
    const next = announceNext(repository, iterator);
    yield* current;
    current = next;
  }
}

function announceNext(repository: Pick<Repository, "preload">, iterator: Iterator<Uint8Array>): Uint8Array[] {
  const part: Uint8Array[] = [];
  while (part.length < AHEAD) {
    const { done, value } = iterator.next();
    if (done) break;
    part.push(value);
  }
  repository.preload(part);
  return part;
}
