import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CalendarTime, utcCalendar } from "../../src/encoding/calendar.ts";
import { strftime } from "../../src/encoding/strftime.ts";

function calendar(text: string, microsecond = 0): CalendarTime {
  return utcCalendar(BigInt(Date.parse(text)) * 1000n + BigInt(microsecond));
}

/** What Python 3.11 prints on Linux. */
const FORMAT = "%a %A %w %d %b %B %m %y %Y %H %I %p %M %S %f %j %U %W [%c] %x %X %G %u %V %e %D %F %T %R %h %C %k %l " +
  "[%r] %g %P %% %Q %-d %_d";
const CASES: [string, number, string][] = [
  [
    "2024-02-03T04:05:06Z",
    7,
    "Sat Saturday 6 03 Feb February 02 24 2024 04 04 AM 05 06 000007 034 04 05 [Sat Feb  3 04:05:06 2024] 02/03/24 " +
    "04:05:06 2024 6 05  3 02/03/24 2024-02-03 04:05:06 04:05 Feb 20  4  4 [04:05:06 AM] 24 am % %Q 3  3",
  ],
  [
    "2021-01-03T12:00:00Z",
    0,
    "Sun Sunday 0 03 Jan January 01 21 2021 12 12 PM 00 00 000000 003 01 00 [Sun Jan  3 12:00:00 2021] 01/03/21 " +
    "12:00:00 2020 7 53  3 01/03/21 2021-01-03 12:00:00 12:00 Jan 20 12 12 [12:00:00 PM] 20 pm % %Q 3  3",
  ],
  [
    "2024-12-30T13:00:00Z",
    999999,
    "Mon Monday 1 30 Dec December 12 24 2024 13 01 PM 00 00 999999 365 52 53 [Mon Dec 30 13:00:00 2024] 12/30/24 " +
    "13:00:00 2025 1 01 30 12/30/24 2024-12-30 13:00:00 13:00 Dec 20 13  1 [01:00:00 PM] 25 pm % %Q 30 30",
  ],
  [
    "1999-12-31T00:00:00Z",
    0,
    "Fri Friday 5 31 Dec December 12 99 1999 00 12 AM 00 00 000000 365 52 52 [Fri Dec 31 00:00:00 1999] 12/31/99 " +
    "00:00:00 1999 5 52 31 12/31/99 1999-12-31 00:00:00 00:00 Dec 19  0 12 [12:00:00 AM] 99 am % %Q 31 31",
  ],
];

describe("strftime", () => {
  it("writes what Python writes", () => {
    for (const [time, microsecond, text] of CASES) assert.equal(strftime(FORMAT, calendar(time, microsecond)), text);
  });

  it("knows the zone", () => {
    assert.equal(strftime("%z %Z %s", calendar("2024-02-03T04:05:06Z")), "+0000 UTC 1706933106");
  });

  it("leaves alone what is no directive", () => {
    assert.equal(strftime("100%, %é %", calendar("2024-02-03T04:05:06Z")), "100%, %é %");
  });
});
