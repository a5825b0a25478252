const POLYNOMIAL = 0x04c11db7;
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit++) value = value < 0 ? (value << 1) ^ POLYNOMIAL : value << 1;
  return value;
});

/** The CRC of bzip2, most significant bits first. */
export class Crc {
  #state = -1;

  add(byte: number): void {
    this.#state = (this.#state << 8) ^ TABLE[(this.#state >>> 24) ^ byte]!;
  }

  get value(): number {
    return ~this.#state >>> 0;
  }
}

/** The CRC of a stream, from that of the blocks so far and that of the next one. */
export function combineCrc(stream: number, block: number): number {
  return (((stream << 1) | (stream >>> 31)) ^ block) >>> 0;
}
