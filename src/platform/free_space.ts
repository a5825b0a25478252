import { pathArgument } from "./c_string.ts";
import { inode64 } from "./inode64_darwin.ts";
import { openLibc } from "./libc.ts";
import { forSystem } from "./system.ts";
import { lastError } from "./system_error.ts";

/** Where a system's answer has the size of a block and the number of blocks that users may still fill. */
interface Layout {
  readonly symbol: string;
  blockSize(answer: DataView): number;
  available(answer: DataView): bigint;
}

/** Not run here: macOS (statfs, since its statvfs counts in 32 bits) and FreeBSD. */
const LAYOUT: Layout = forSystem<Layout>({
  linux: () => ({
    symbol: "statvfs",
    blockSize: (answer) => Number(answer.getBigUint64(8, true)),
    available: (answer) => answer.getBigUint64(32, true),
  }),
  darwin: () => ({
    symbol: inode64("statfs"),
    blockSize: (answer) => answer.getUint32(0, true),
    available: (answer) => answer.getBigUint64(24, true),
  }),
  freebsd: () => ({
    symbol: "statvfs",
    blockSize: (answer) => Number(answer.getBigUint64(64, true)),
    available: (answer) => answer.getBigUint64(0, true),
  }),
});

const libc = openLibc({ query: { symbol: LAYOUT.symbol, args: ["buffer", "buffer"], returns: "i32" } });

/** Bytes that may still be written to the file system of `path` without special rights. */
export function freeSpace(path: string): number {
  const answer = new Uint8Array(new ArrayBuffer(4096));
  if (libc.query(pathArgument(path), answer) < 0) throw lastError("statvfs", path);
  const view = new DataView(answer.buffer);
  return LAYOUT.blockSize(view) * Number(LAYOUT.available(view));
}
