/**
 * The memory of a kernel instance. The AssemblyScript sources and the wrappers share this page, so every number is a
 * plain constant. Nothing is ever allocated: what a call needs between these addresses is gone after it, and only the
 * heap grows (`Kernels.reserve`).
 */

/** Constant tables that the compiler places (`asc --memoryBase`). */
export const STATIC = 0x0400;

/** Two BLAKE2b lanes of LANE_SIZE bytes: h (8 u64), bytes counted, bytes per block, last-block mask (u64 each), source (u32). */
export const LANES = 0x1000;
export const LANE_SIZE = 0x80;
export const LANE_COUNT = 0x40;
export const LANE_STEP = 0x48;
export const LANE_LAST = 0x50;
export const LANE_SOURCE = 0x58;
/** 16 message words of both lanes side by side, 16 bytes each. */
export const PAIRED_WORDS = 0x1100;

/** XXH64: four accumulators (u64), bytes counted (u64), and the up to 31 bytes that do not fill a stripe yet. */
export const XXH64_STATE = 0x1200;
export const XXH64_COUNT = 0x20;
export const XXH64_TAIL = 0x28;
export const XXH64_SIZE = 0x48;

/** Buzhash: table for the byte that enters, table for the byte that leaves (256 u32 each), and the hash (u32). */
export const BUZHASH_IN = 0x1400;
export const BUZHASH_OUT = 0x1800;
export const BUZHASH_STATE = 0x1c00;

/** LZ4: 4096 positions (u32). */
export const LZ4_TABLE = 0x2000;
export const LZ4_TABLE_SIZE = 0x4000;

/** Where inputs and outputs go. The wrappers of hashes use the first two PIECE bytes of it and never more. */
export const HEAP = 0x10000;
export const PIECE = 0x10000;
