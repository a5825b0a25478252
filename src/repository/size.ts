const UNITS = ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB"];
const FACTORS: Readonly<Record<string, number>> = { K: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 };

/** Bytes of a size such as `500M` or `1.5G` (format reference 2.2). Throws RangeError on anything else. */
export function parseSize(text: string): number {
  const match = /^\s*([0-9]+(?:\.[0-9]*)?|\.[0-9]+)([KMGTP]?)\s*$/.exec(text.toUpperCase());
  if (!match) throw new RangeError(`not a size: ${text}`);
  return Math.trunc(Number(match[1]) * (FACTORS[match[2]!] ?? 1));
}

/** A size in the largest decimal unit that keeps it above 1, as errors name it: `10.00 MB`, `17 B`. */
export function formatSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  let value = bytes;
  let unit = 0;
  while (Math.abs(Number(value.toFixed(2))) >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value.toFixed(2)} ${UNITS[unit]}`;
}
