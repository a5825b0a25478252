import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isZero } from "../../wasm/zeros.ts";

describe("isZero", () => {
  it("is true of zeros of any length", () => {
    for (const length of [0, 1, 63, 64, 65, 128, 65535, 65536, 65537, 200_000]) {
      assert.ok(isZero(new Uint8Array(length)), `length ${length}`);
    }
  });

  it("finds a single byte wherever it is", () => {
    for (const length of [1, 2, 63, 64, 65, 130, 65536 + 70]) {
      const bytes = new Uint8Array(length);
      for (const at of [0, 1, 15, 16, 31, 32, 62, 63, 64, 65, 65535, 65536, length - 2, length - 1]) {
        if (at < 0 || at >= length) continue;
        bytes[at] = 1;
        assert.ok(!isZero(bytes), `byte ${at} of ${length}`);
        bytes[at] = 0;
      }
    }
  });
});
