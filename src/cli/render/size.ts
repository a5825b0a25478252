const DECIMAL_UNITS = ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];
const BINARY_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"];

export interface SizeStyle {
  /** Units of 1024 instead of 1000. */
  readonly iec: boolean;
  /** Show a plus sign. */
  readonly sign?: boolean;
}

/** A size in the unit that leaves fewer digits than one thousand before the point: `3.00 MB`, `508 B`. */
export function formatSize(bytes: number, { iec, sign = false }: SizeStyle): string {
  const units = iec ? BINARY_UNITS : DECIMAL_UNITS;
  const base = iec ? 1024 : 1000;
  const plus = sign && bytes > 0 ? "+" : "";
  let value = bytes;
  let unit = 0;
  while (Math.abs(Number(value.toFixed(unit === 0 ? 0 : 2))) >= base && unit < units.length - 1) {
    value /= base;
    unit++;
  }
  return `${plus}${value.toFixed(unit === 0 ? 0 : 2)} ${units[unit]}`;
}
