import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fileTimeMicros } from "../../../src/cli/render/filetime.ts";

describe("fileTimeMicros", () => {
  // What CPython's datetime.fromtimestamp makes of nanoseconds divided by 1e9.
  const EXAMPLES: readonly [nanos: bigint, micros: bigint][] = [
    [0n, 0n],
    [1_499n, 1n],
    [1_501n, 2n],
    [1_795_181_550_999_999_900n, 1_795_181_551_000_000n],
    [1_795_181_550_999_999_400n, 1_795_181_551_000_000n],
    [1_706_933_045_123_456_700n, 1_706_933_045_123_457n],
    [1_706_933_045_123_456_000n, 1_706_933_045_123_456n],
  ];
  for (const [nanos, micros] of EXAMPLES) {
    it(`rounds ${nanos}`, () => assert.equal(fileTimeMicros(nanos), micros));
  }

  it("does not leave the range of times that are shown", () => {
    assert.equal(fileTimeMicros(-5_000_000_000n), 0n);
    assert.equal(fileTimeMicros(9_000_000_000_000_000_000n), 2_147_310_847_000_000n);
  });
});
