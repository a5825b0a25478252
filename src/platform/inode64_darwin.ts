import process from "node:process";

/** Not run here: on x64 the plain symbols are the old variants with 32-bit inodes, on arm64 there is only the new one. */
export function inode64(symbol: string): string {
  return process.arch === "x64" ? `${symbol}$INODE64` : symbol;
}
