/** A number that is not negative, with so many digits after the point, as Python writes it: of two equally near numbers the even one. */
export function formatFixed(value: number, decimals: number): string {
  const isMiddle = Math.abs((value * 2 ** (decimals + 1)) % 2) === 1;
  if (!isMiddle) return value.toFixed(decimals);
  const unit = 10 ** decimals;
  const lower = Math.floor(value * unit);
  return ((lower % 2 === 0 ? lower : lower + 1) / unit).toFixed(decimals);
}
