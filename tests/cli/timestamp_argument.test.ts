import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatTimestamp } from "../../src/archive/timestamps.ts";
import { parseTimestampArgument } from "../../src/cli/timestamp_argument.ts";
import { ACCEPTED, REFUSED } from "./timestamp_forms.ts";

describe("parseTimestampArgument", () => {
  it("reads times in UTC", () => {
    for (const [text, time] of ACCEPTED) {
      assert.equal(formatTimestamp(parseTimestampArgument(text)), `${time}.000000`, text);
    }
  });

  it("reads days of years", () => {
    assert.equal(formatTimestamp(parseTimestampArgument("0004-1-1")), "0004-01-01T00:00:00.000000");
    for (let day = 1; day <= 366; day++) {
      const time = new Date(Date.UTC(2024, 0, day)).toISOString().replace("Z", "000");
      for (const text of [`${day}`, `${day}`.padStart(2, "0"), `${day}`.padStart(3, "0")]) {
        assert.equal(formatTimestamp(parseTimestampArgument(`2024-${text}`)), time, text);
      }
    }
  });

  it("refuses what is no time", () => {
    for (const text of [...REFUSED, "", "foo", "0000-01-01"]) {
      assert.throws(() => parseTimestampArgument(text), RangeError, text);
    }
  });
});
