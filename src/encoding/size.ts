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
  /** Digits after the point; 2 unless one is enough. */
  readonly precision?: 1 | 2;
}

/** Bytes of a size such as `500M`, `1.5G` or `1e6` (format reference 2.2). Throws RangeError on anything else. */
export function parseSize(text: string): number {
  const factor = FACTORS[text.slice(-1)];
  const number = factor === undefined ? text : text.slice(0, -1);
  if (!NUMBER.test(number)) throw new RangeError(`not a size: ${text}`);
  return Math.trunc(Number(number.replaceAll("_", "")) * (factor ?? 1));
}

/** A size in the unit that leaves a number below one thousand, or 1024: `17 B`, `1.23 GB`, `1.15 GiB`. */
export function formatSize(
  bytes: number | bigint,
  { iec = false, sign = false, precision = 2 }: SizeStyle = {},
): string {
  const units = iec ? BINARY_UNITS : DECIMAL_UNITS;
  const base = iec ? 1024 : 1000;
  const plus = sign && bytes > 0 ? "+" : "";
  let value = Number(bytes);
  let unit = 0;
  while (Math.abs(Number(rounded(value, precision))) >= base && unit < units.length - 1) {
    value /= base;
    unit++;
  }
  return `${plus}${unit === 0 ? value : rounded(value, precision)} ${units[unit]}`;
}

/**
 * So many digits after the point. A number in the middle, which is always so many eighths or quarters, goes to the even
 * neighbour.
 */
function rounded(value: number, precision: 1 | 2): string {
  const [middle, half] = precision === 2 ? [8, 50] : [4, 5];
  const isMiddle = Math.abs((value * middle) % 2) === 1;
  return (isMiddle ? Math.round(value * half) / half : value).toFixed(precision);
}
