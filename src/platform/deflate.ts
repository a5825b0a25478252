import process from "node:process";

/** The raw deflate stream of `data`, without header and checksum, in memory of its own. Levels 0 to 9. */
export type Deflate = (data: Uint8Array, level: number) => Uint8Array;

interface Bun {
  deflateSync(data: Uint8Array, options: { readonly level: number; readonly library: "libdeflate" }): Uint8Array;
}

/** libdeflate's, where the runtime has it: Bun does. */
export const libdeflate: Deflate | undefined = createLibdeflate();

function createLibdeflate(): Deflate | undefined {
  const bun = process.getBuiltinModule("bun") as unknown as Bun | undefined;
  return bun && ((data, level) => bun.deflateSync(data, { level, library: "libdeflate" }));
}
