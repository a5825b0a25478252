import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatSize, parseSize } from "../../src/repository/size.ts";

describe("parseSize", () => {
  it("reads decimal units", () => {
    const sizes = {
      "0": 0,
      "123": 123,
      "1K": 1000,
      "500M": 5e8,
      "1.5G": 1.5e9,
      "2T": 2e12,
      "1P": 1e15,
      "0.0015k": 1,
      ".5K": 500,
    };
    for (const [text, size] of Object.entries(sizes)) assert.equal(parseSize(text), size, text);
  });

  it("refuses everything else", () => {
    for (const text of ["", "-1", "1KB", "1 K", "M", "1e3", "0x10", "1.2.3", "∞"]) {
      assert.throws(() => parseSize(text), RangeError, text);
    }
  });
});

describe("formatSize", () => {
  it("takes the largest unit that keeps the number above 1", () => {
    const texts = { 0: "0 B", 999: "999 B", 1000: "1.00 kB", 123456: "123.46 kB", 999999: "1.00 MB", 5e8: "500.00 MB" };
    for (const [size, text] of Object.entries(texts)) assert.equal(formatSize(Number(size)), text);
    assert.equal(formatSize(1.5e13), "15.00 TB");
  });
});
