const SECOND = 1_000_000_000n;

/** Nanoseconds of a C `timespec` whose seconds (64 bits) are at `offset`, its nanoseconds behind them. */
export function readTimespec(view: DataView, offset: number): bigint {
  return view.getBigInt64(offset, true) * SECOND + BigInt(view.getUint32(offset + 8, true));
}

/** Nanoseconds of whole seconds and the nanoseconds behind them. */
export function timeOf(seconds: number, nanos: number): bigint {
  return BigInt(seconds) * SECOND + BigInt(nanos);
}

/** Writes a `timespec`; nanoseconds count up from the second before, for times before 1970 too. */
export function writeTimespec(view: DataView, offset: number, time: bigint): void {
  const rest = ((time % SECOND) + SECOND) % SECOND;
  view.setBigInt64(offset, (time - rest) / SECOND, true);
  view.setBigInt64(offset + 8, rest, true);
}
