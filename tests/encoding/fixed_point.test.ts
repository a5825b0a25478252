import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatFixed } from "../../src/encoding/fixed_point.ts";

describe("formatFixed", () => {
  it("rounds to the nearest number", () => {
    assert.deepEqual([0, 1 / 3, 99.96, 0.05].map((value) => formatFixed(value, 1)), ["0.0", "0.3", "100.0", "0.1"]);
    assert.deepEqual([0.004, 2.675, 1e-9].map((value) => formatFixed(value, 2)), ["0.00", "2.67", "0.00"]);
  });

  it("rounds to the even one of two equally near", () => {
    assert.deepEqual([0.5, 1.5, 2.5].map((value) => formatFixed(value, 0)), ["0", "2", "2"]);
    assert.deepEqual([56.25, 81.25, 43.75].map((value) => formatFixed(value, 1)), ["56.2", "81.2", "43.8"]);
    assert.deepEqual([0.125, 0.375].map((value) => formatFixed(value, 2)), ["0.12", "0.38"]);
  });
});
