import { pattern } from "../wasm/pattern.ts";

/** Data of all sorts and lengths. */
export function samples(): Uint8Array[] {
  const lines = new TextEncoder().encode(Array.from({ length: 900 }, (_, i) => `line ${i} of ${i % 7}\n`).join(""));
  const short = [0, 1, 2, 12, 13, 40, 300].flatMap((length) => [lines.subarray(0, length), pattern(length)]);
  return [...short, lines, pattern(70_000), new Uint8Array(5000), new Uint8Array([...lines, ...pattern(20_000)])];
}
