import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatTimestamp } from "../../src/archive/timestamps.ts";
import { parseTimestampArgument } from "../../src/cli/timestamp_argument.ts";

describe("parseTimestampArgument", () => {
  it("reads times in UTC", () => {
    const cases: [string, string][] = [
      ["2024-02-03T04:05:06", "2024-02-03T04:05:06.000000"],
      ["2024-02-03T04:05:06.789", "2024-02-03T04:05:06.789000"],
      ["2024-02-03T04:05:06.000001", "2024-02-03T04:05:06.000001"],
      ["2024-02-03 04:05:06", "2024-02-03T04:05:06.000000"],
      ["2024-02-03T04:05", "2024-02-03T04:05:00.000000"],
      ["2024-02-03", "2024-02-03T00:00:00.000000"],
      ["2024-366", "2024-12-31T00:00:00.000000"],
      ["1969-12-31T23:59:59", "1969-12-31T23:59:59.000000"],
    ];
    for (const [text, time] of cases) assert.equal(formatTimestamp(parseTimestampArgument(text)), time, text);
  });

  it("refuses what is no time", () => {
    const wrong = ["", "foo", "2024", "2024-02-30", "2023-366", "2024-000", "2024-13-01", "2024-02-03T24:00:00"];
    for (const text of [...wrong, "2024-02-03T04:60", "2024-02-03T04:05:60", "2024-02-03T04:05:06Z"]) {
      assert.throws(() => parseTimestampArgument(text), RangeError, text);
    }
  });
});
