/** An LZ4 block by the description of its format, one byte at a time; undefined for what is no block. */
export function slowLz4Decompress(block: Uint8Array): Uint8Array | undefined {
  const output: number[] = [];
  let at = 0;
  const readLength = (nibble: number): number => {
    let length = nibble;
    for (let more = nibble === 15; more;) {
      const byte = block[at++];
      if (byte === undefined) return NaN;
      length += byte;
      more = byte === 255;
    }
    return length;
  };
  while (at < block.length) {
    const token = block[at++]!;
    const literals = readLength(token >> 4);
    if (!(literals <= block.length - at)) return undefined;
    output.push(...block.subarray(at, at += literals));
    if (at === block.length) return Uint8Array.from(output);
    const distance = block[at]! | (block[at + 1] ?? NaN) << 8;
    if (at + 2 > block.length || distance === 0 || distance > output.length) return undefined;
    at += 2;
    const match = readLength(token & 15) + 4;
    if (Number.isNaN(match)) return undefined;
    for (let i = 0; i < match; i++) output.push(output[output.length - distance]!);
  }
  return undefined;
}
