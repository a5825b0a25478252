import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  clampFileTime,
  formatLocal,
  formatTimestamp,
  MAX_FILE_TIME,
  parseTimestamp,
} from "../../src/archive/timestamps.ts";
import { localCalendar } from "../../src/encoding/calendar.ts";

describe("timestamps", () => {
  it("are written as UTC with six digits of the second", () => {
    assert.equal(formatTimestamp(0n), "1970-01-01T00:00:00.000000");
    assert.equal(formatTimestamp(1706933106000001n), "2024-02-03T04:05:06.000001");
    assert.equal(formatTimestamp(-1n), "1969-12-31T23:59:59.999999");
  });

  it("are read with and without a fraction", () => {
    assert.equal(parseTimestamp("2024-02-03T04:05:06"), 1706933106000000n);
    assert.equal(parseTimestamp("2024-02-03T04:05:06.000001"), 1706933106000001n);
  });

  it("are refused when they are no date, or not in this form", () => {
    for (const text of ["", "2024-02-30T00:00:00", "2024-13-01T00:00:00", "2024-02-03", "2024-02-03T04:05:06.1"]) {
      assert.throws(() => parseTimestamp(text), RangeError, text);
    }
    assert.throws(() => formatTimestamp(10n ** 18n), RangeError);
  });

  it("come back from their text", () => {
    fc.assert(fc.property(fc.bigInt(-(10n ** 16n), 10n ** 17n), (time) => {
      assert.equal(parseTimestamp(formatTimestamp(time)), time);
    }));
  });

  it("sort as texts like as times", () => {
    fc.assert(fc.property(fc.bigInt(0n, 10n ** 17n), fc.bigInt(0n, 10n ** 17n), (a, b) => {
      assert.equal(formatTimestamp(a) < formatTimestamp(b), a < b);
    }));
  });

  it("are shown on the local calendar", () => {
    for (const time of [0n, 1706933106123456n, 1719792000000000n, 4102444799999999n]) {
      const utc = time + BigInt(localCalendar(time).offset) * 60_000_000n;
      assert.equal(formatLocal(time), formatTimestamp(utc));
    }
  });

  it("of files are kept between 1970 and January 2038", () => {
    assert.equal(clampFileTime(-1n), 0n);
    assert.equal(clampFileTime(MAX_FILE_TIME), MAX_FILE_TIME);
    assert.equal(clampFileTime(MAX_FILE_TIME + 1n), MAX_FILE_TIME);
    assert.equal(clampFileTime(1700000000000000001n), 1700000000000000001n);
  });
});
