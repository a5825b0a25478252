/** The index of the first part that ends behind `offset`, given where each part ends; their number when none does. */
export function partAt(ends: ArrayLike<number>, offset: number): number {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle]! > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Where a part begins. */
export function startOf(ends: ArrayLike<number>, part: number): number {
  return part === 0 ? 0 : ends[part - 1]!;
}
