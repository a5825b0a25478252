const DECIMAL_UNITS = ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];
const BINARY_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"];
const FACTORS: Readonly<Record<string, number>> = { K: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 };
const NUMBER = /^\s*[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+)?\s*$/;

/** How a size is shown. */
export interface SizeStyle {
  /** Units of 1024 instead of 1000. */
  readonly iec?: boolean;
  /** A plus sign in front of sizes above 0. */
  readonly sign?: boolean;
}

/** Bytes of a size such as `500M`, `1.5G` or `1e6` (format reference 2.2). Throws RangeError on anything else. */
export function parseSize(text: string): number {
  const factor = FACTORS[text.slice(-1)];
  const number = factor === undefined ? text : text.slice(0, -1);
  if (!NUMBER.test(number)) throw new RangeError(`not a size: ${text}`);
  return Math.trunc(Number(number.replaceAll("_", "")) * (factor ?? 1));
}

/** A size in the unit that leaves a number below one thousand, or 1024: `17 B`, `1.23 GB`, `1.15 GiB`. */
export function formatSize(bytes: number | bigint, { iec = false, sign = false }: SizeStyle = {}): string {
  const units = iec ? BINARY_UNITS : DECIMAL_UNITS;
  const base = iec ? 1024 : 1000;
  const plus = sign && bytes > 0 ? "+" : "";
  let value = Number(bytes);
  let unit = 0;
  while (Math.abs(Number(twoDigits(value))) >= base && unit < units.length - 1) {
    value /= base;
    unit++;
  }
  return `${plus}${unit === 0 ? value : twoDigits(value)} ${units[unit]}`;
}

/** Two digits after the point. A number in the middle, which is always so many eighths, goes to the even neighbour. */
function twoDigits(value: number): string {
  const isMiddle = Math.abs((value * 8) % 2) === 1;
  return isMiddle ? (2 * Math.round(value * 50) / 100).toFixed(2) : value.toFixed(2);
}
