import process from "node:process";

interface Bun {
  zstdDecompressSync(frame: Uint8Array): Uint8Array;
}

/**
 * The content of a zstd frame, in memory of its own; that is as much as the frame says that it holds, which has to be looked
 * at before. Where the runtime has such a function: Bun does. Unlike that of `node:zlib`, it leaves no memory behind when a
 * frame is damaged.
 */
export const unzstd: ((frame: Uint8Array) => Uint8Array) | undefined = createUnzstd();

function createUnzstd(): typeof unzstd {
  const bun = process.getBuiltinModule("bun") as unknown as Bun | undefined;
  return bun && ((frame) => bun.zstdDecompressSync(frame));
}
