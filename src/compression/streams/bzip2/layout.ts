/** `BZh`, before the digit that tells the size of blocks. */
export const SIGNATURE = 0x425a68;
/** What a block begins with, and what comes after the last one: 48 bits each, here in halves. */
export const BLOCK = [0x314159, 0x265359] as const;
export const END = [0x177245, 0x385090] as const;
/** The unit of block sizes. */
export const BLOCK_UNIT = 100_000;
/** So many symbols in a row are coded by the same table. */
export const GROUP = 50;
export const MIN_TABLES = 2;
export const MAX_TABLES = 6;
/** The longest code that may be met. */
export const MAX_CODE_LENGTH = 20;
/** Symbols of runs of the first byte in the list: digits 1 and 2 of a number in base two, lowest first. */
export const RUN_A = 0;
export const RUN_B = 1;
/** After so many equal bytes comes a byte with the number of further ones. */
export const RUN = 4;
