/** Whether all bytes are zero. */
export function allZero(source: usize, length: u32): bool {
  const end = source + length;
  for (; source + 64 <= end; source += 64) {
    const low = v128.or(v128.load(source, 0), v128.load(source, 16));
    const high = v128.or(v128.load(source, 32), v128.load(source, 48));
    if (v128.any_true(v128.or(low, high))) return false;
  }
  for (; source < end; source++) if (load<u8>(source)) return false;
  return true;
}
