type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** A copy with room for `length` elements; the new ones are zero. */
export function grown<T extends Column>(column: T, length: number): T {
  const copy = new (column.constructor as new (length: number) => T)(length);
  copy.set(column);
  return copy;
}
