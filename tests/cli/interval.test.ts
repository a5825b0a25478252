import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseInterval } from "../../src/cli/interval.ts";

const HOUR = 3_600_000_000n;

describe("an interval", () => {
  it("is a number of hours, days, weeks, months or years", () => {
    const hours = ["1H", "2d", "3w", "1m", "1y", " +1_0 d"].map((text) => parseInterval(text) / HOUR);
    assert.deepEqual(hours, [1n, 48n, 504n, 744n, 8760n, 240n]);
    assert.equal(parseInterval("99999999999999y"), 99999999999999n * 8760n * HOUR);
  });

  it("must have a number above zero and a unit", () => {
    for (const text of ["", "d", "0d", "-1d", "1.5d", "1", "1x", "1h", "d1", "1dd"]) {
      assert.throws(() => parseInterval(text), /^RangeError: Unexpected interval (number|time unit) /, text);
    }
    assert.throws(() => parseInterval("12"), { message: /unit "2": expected one of \['H', 'd', 'w', 'm', 'y'\]$/ });
  });
});
