/** Whether all bytes are zero. */
export function allZero(source: usize, length: u32): bool {
  const end = source + length;
  for (; source + 64 <= end; source += 64) {
    if (ASC_FEATURE_SIMD) {
      if (v128.any_true(v128.or(halfVector(source), halfVector(source + 32)))) return false;
    } else {
      if (half(source) | half(source + 32)) return false;
    }
  }
  for (; source < end; source++) if (load<u8>(source)) return false;
  return true;
}

function halfVector(source: usize): v128 {
  return v128.or(v128.load(source), v128.load(source, 16));
}

function half(source: usize): u64 {
  return load<u64>(source) | load<u64>(source, 8) | load<u64>(source, 16) | load<u64>(source, 24);
}
