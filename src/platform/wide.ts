/** A 64-bit count of two halves: a number where that is exact, which costs nothing; else a bigint. */
export function wide(low: number, high: number): number | bigint {
  return high < 0x200000 ? high * 2 ** 32 + low : (BigInt(high) << 32n) | BigInt(low);
}
