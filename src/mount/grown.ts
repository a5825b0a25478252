type Column = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/**
 * The column with room for `length` elements; the new ones are zero. The old one is gone: left to the garbage collector, such
 * columns take twice their memory.
 */
export function grown<T extends Column>(column: T, length: number): T {
  const { buffer, BYTES_PER_ELEMENT } = column;
  const constructor = column.constructor as new (buffer: ArrayBuffer) => T;
  return new constructor(buffer.transfer(length * BYTES_PER_ELEMENT));
}
