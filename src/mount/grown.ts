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

/**
 * How long a column becomes that is too short. A quarter more, not twice as long: the runtime fills what is not used yet with
 * zeros, so it takes memory at once.
 */
export function longer(length: number): number {
  return length + Math.max(length >> 2, 1024);
}
