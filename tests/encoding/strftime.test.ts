import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatOffset, localCalendar, utcCalendar, zoneName } from "../../src/encoding/calendar.ts";
import { strftime } from "../../src/encoding/strftime.ts";

const AFTERNOON = 1688483167012345n; // 2023-07-04T15:06:07.012345, a Tuesday
const MORNING = 1704067205000000n; // 2024-01-01T00:00:05, a Monday
const SUNDAY = 1672531199000000n; // 2022-12-31T23:59:59, a Saturday

function utc(micros: bigint, format: string): string {
  return strftime(format, utcCalendar(micros));
}

describe("strftime", () => {
  // What strftime of CPython 3.11 with glibc gives.
  const vectors: [format: string, afternoon: string, morning: string][] = [
    ["%a %A %b %B %h", "Tue Tuesday Jul July Jul", "Mon Monday Jan January Jan"],
    ["%c|%x|%X", "Tue Jul  4 15:06:07 2023|07/04/23|15:06:07", "Mon Jan  1 00:00:05 2024|01/01/24|00:00:05"],
    ["%Y-%m-%dT%H:%M:%S.%f", "2023-07-04T15:06:07.012345", "2024-01-01T00:00:05.000000"],
    ["%C %y %e %j", "20 23  4 185", "20 24  1 001"],
    ["%I %l %k %p %P", "03  3 15 PM pm", "12 12  0 AM am"],
    [
      "%D %F %T %R %r",
      "07/04/23 2023-07-04 15:06:07 15:06 03:06:07 PM",
      "01/01/24 2024-01-01 00:00:05 00:00 12:00:05 AM",
    ],
    ["%U %W %V %G %g %u %w", "27 27 27 2023 23 2 2", "00 01 01 2024 24 1 1"],
    ["%z %Z %%%n%t.", "+0000 UTC %\n\t.", "+0000 UTC %\n\t."],
    ["%-d %_d %03d %10Y %010d %-H", "4  4 004 0000002023 0000000004 15", "1  1 001 0000002024 0000000001 0"],
    ["%^a %#b %#p %10A", "TUE JUL pm    Tuesday", "MON JAN am     Monday"],
    ["%Ey %Od %+ %E %Q %", "23 04 %+ %E %Q %", "24 01 %+ %E %Q %"],
    ["plain \u00e4", "plain \u00e4", "plain \u00e4"],
  ];
  for (const [format, afternoon, morning] of vectors) {
    it(format, () => {
      assert.equal(utc(AFTERNOON, format), afternoon);
      assert.equal(utc(MORNING, format), morning);
    });
  }

  it("counts seconds since 1970 and weeks at the end of a year", () => {
    assert.equal(utc(AFTERNOON, "%s"), "1688483167");
    assert.equal(utc(SUNDAY, "%U %W %V %G %j"), "52 52 52 2022 365");
  });
});

describe("localCalendar", () => {
  it("agrees with the clock of this machine", () => {
    for (let month = 0; month < 12; month++) {
      const date = new Date(2024, month, 15, 12, 34, 56, 789);
      const time = localCalendar(BigInt(date.getTime()) * 1000n + 123n);
      assert.equal(
        strftime("%Y-%m-%d %H:%M:%S.%f %w", time),
        `2024-${date.getMonth() + 1}-15 12:34:56.789123 ${date.getDay()}`
          .replace(/-(\d)-/, "-0$1-"),
      );
      assert.equal(time.offset, -date.getTimezoneOffset());
    }
  });

  it("reads times before 1970", () => {
    assert.equal(utc(-1n, "%F %T.%f"), "1969-12-31 23:59:59.999999");
  });
});

describe("zoneName", () => {
  it("is UTC or a name of this machine's zone", () => {
    assert.equal(zoneName(utcCalendar(MORNING)), "UTC");
    assert.match(zoneName(localCalendar(MORNING)), /^([A-Z]+|[+-]\d\d(\d\d)?)$/);
  });
});

describe("formatOffset", () => {
  it("writes hours and minutes", () => {
    assert.deepEqual([0, 60, -330, 765].map(formatOffset), ["+0000", "+0100", "-0530", "+1245"]);
  });
});
