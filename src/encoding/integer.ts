const DECIMAL = /^\s*[+-]?\d+(?:_\d+)*\s*$/;

/**
 * A decimal integer as Python's `int()` reads it, blanks, sign and underscores included: what scripts pass to
 * BorgBackup's options. Throws RangeError on anything else.
 */
export function parseInteger(text: string): number {
  const value = DECIMAL.test(text) ? Number(text.replaceAll("_", "")) : NaN;
  if (!Number.isSafeInteger(value)) throw new RangeError(`not an integer: ${text}`);
  return value;
}
