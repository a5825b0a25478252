/** The same bytes without Buffer's own ways, such as a `slice` that does not copy. */
export function plain(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}
