import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fromLocalTime } from "../../local_time.ts";
import {
  archiveTimeJson,
  durationText,
  fileTimeJson,
  FormattableTime,
  timeText,
} from "../../../src/cli/render/filetime.ts";

const TIME = fromLocalTime({ year: 2024, month: 2, day: 3, hour: 4, minute: 5, second: 6, microsecond: 789012 });

describe("times", () => {
  it("are shown on the local calendar", () => {
    assert.equal(timeText(TIME), "Sat, 2024-02-03 04:05:06");
    assert.equal(fileTimeJson(TIME), "2024-02-03T04:05:06.789012");
  });

  it("lose their fraction in the JSON of archives", () => {
    assert.equal(archiveTimeJson(TIME), "2024-02-03T04:05:06.000000");
  });

  it("take a strftime format", () => {
    const time = new FormattableTime(TIME);
    assert.equal(time.format(""), "Sat, 2024-02-03 04:05:06");
    assert.equal(time.format("%Y%m%d-%H%M%S.%f"), "20240203-040506.789012");
    assert.equal(time.format(">40"), ">40");
  });
});

describe("durationText", () => {
  it("names what is not zero, and the seconds always", () => {
    const cases: [bigint, string][] = [
      [0n, "0.00 seconds"],
      [20_000n, "0.02 seconds"],
      [59_994_000n, "59.99 seconds"],
      [60_000_000n, "1 minutes 0.00 seconds"],
      [3_723_000_000n, "1 hours 2 minutes 3.00 seconds"],
      [3_600_000_000n, "1 hours 0.00 seconds"],
      [90_061_500_000n, "1 days 1 hours 1 minutes 1.50 seconds"],
    ];
    for (const [micros, text] of cases) assert.equal(durationText(micros), text);
  });
});
