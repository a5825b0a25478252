import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatSize, parseSize } from "../../src/encoding/size.ts";

describe("parseSize", () => {
  const sizes: [text: string, bytes: number][] = [
    ["0", 0],
    ["524288000", 524288000],
    ["10K", 10_000],
    ["10M", 10_000_000],
    ["10.5M", 10_500_000],
    ["0.0105G", 10_500_000],
    ["5G", 5_000_000_000],
    ["1.5T", 1_500_000_000_000],
    ["2P", 2_000_000_000_000_000],
    ["1e7", 10_000_000],
    [".5K", 500],
    ["1_0M", 10_000_000],
    [" 10M", 10_000_000],
    ["10 M", 10_000_000],
    ["1.9", 1],
  ];
  for (const [text, bytes] of sizes) it(`reads ${text}`, () => assert.equal(parseSize(text), bytes));

  for (const text of ["", "M", "20m", "5k", "10MB", "10Ki", "1E", "inf", "nan", "0x10", "20M ", "1__0", "1.2.3"]) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => parseSize(text), RangeError));
  }
});

describe("formatSize", () => {
  // As `borg info` of BorgBackup 1.2.4 shows archives of these sizes.
  const sizes: [bytes: number, text: string][] = [
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.00 kB"],
    [1005, "1.00 kB"],
    [1015, "1.01 kB"],
    [1125, "1.12 kB"],
    [1375, "1.38 kB"],
    [1625, "1.62 kB"],
    [999994, "999.99 kB"],
    [999995, "1.00 MB"],
    [999999, "1.00 MB"],
    [1025000, "1.02 MB"],
    [1234567890, "1.23 GB"],
    [-1234567890, "-1.23 GB"],
  ];
  for (const [bytes, text] of sizes) it(`shows ${bytes}`, () => assert.equal(formatSize(bytes), text));

  const binary: [bytes: number, text: string][] = [
    [1023, "1023 B"],
    [1024, "1.00 KiB"],
    [1030, "1.01 KiB"],
    [1048570, "1023.99 KiB"],
    [1048571, "1.00 MiB"],
    [1234567890, "1.15 GiB"],
  ];
  for (const [bytes, text] of binary) {
    it(`shows ${bytes} of 1024`, () => assert.equal(formatSize(bytes, { iec: true }), text));
  }

  it("shows a sign where asked to", () => {
    assert.equal(formatSize(5000, { sign: true }), "+5.00 kB");
    assert.equal(formatSize(-5000, { sign: true }), "-5.00 kB");
    assert.equal(formatSize(0, { sign: true }), "0 B");
  });

  it("shows one digit after the point", () => {
    const shown = [366226, -366224, 999_949, 999_960, 1250, 1750].map((bytes) => formatSize(bytes, { precision: 1 }));
    assert.deepEqual(shown, ["366.2 kB", "-366.2 kB", "999.9 kB", "1.0 MB", "1.2 kB", "1.8 kB"]);
  });

  it("shows sizes beyond the last unit, and bigints", () => {
    assert.equal(formatSize(10n ** 28n), "10000.00 YB");
    assert.equal(formatSize(3000n), "3.00 kB");
  });
});
