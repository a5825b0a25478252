import { sortSuffixes } from "./suffixes.ts";

/** A block after the transform of Burrows and Wheeler: the last column of its sorted rotations. */
export interface Transformed {
  readonly last: Uint8Array;
  /** Which of the sorted rotations is the block itself. */
  readonly origin: number;
}

/**
 * Sorts all rotations of a block. Begun at its least rotation, a block's suffixes have the order of its rotations: a suffix
 * that ends inside another goes on with the least of all.
 */
export function sortRotations(block: Uint8Array): Transformed {
  const start = leastRotation(block);
  const rotated = new Uint8Array(block.length);
  rotated.set(block.subarray(start));
  rotated.set(block.subarray(0, start), block.length - start);
  const order = sortSuffixes(rotated, 256);
  const last = new Uint8Array(block.length);
  for (let i = 0; i < order.length; i++) last[i] = rotated[(order[i] || block.length) - 1]!;
  return { last, origin: order.indexOf((block.length - start) % block.length) };
}

/** Where the least rotation of a text begins: of two candidates one is given up at each difference. */
function leastRotation(text: Uint8Array): number {
  const { length } = text;
  const wrapped = (at: number) => text[at < length ? at : at - length]!;
  let a = 0;
  let b = 1;
  for (let same = 0; a < length && b < length && same < length;) {
    const difference = wrapped(a + same) - wrapped(b + same);
    if (difference === 0) {
      same++;
      continue;
    }
    if (difference > 0) a += same + 1;
    else b += same + 1;
    if (a === b) b++;
    same = 0;
  }
  return Math.min(a, b);
}
