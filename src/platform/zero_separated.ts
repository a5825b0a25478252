import { decodeText } from "./path_bytes.ts";

/** The texts in `bytes`, each of which ends with a NUL. */
export function zeroSeparated(bytes: Uint8Array): string[] {
  const texts: string[] = [];
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(0, start);
    if (end < 0) return texts;
    texts.push(decodeText(bytes, start, end));
    start = end + 1;
  }
}
