import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { encodeQr } from "../../src/crypto/qr.ts";
import { formatQrPage } from "../../src/crypto/qr_page.ts";

/** Each of these codes was read back right by an independent reader (jsQR 1.4.0) when it was put down here. */
const WORD = [
  "#######...##..#######",
  "#.....#..#....#.....#",
  "#.###.#.#..#..#.###.#",
  "#.###.#.#.#.#.#.###.#",
  "#.###.#.#..##.#.###.#",
  "#.....#.#...#.#.....#",
  "#######.#.#.#.#######",
  "........##.##........",
  "#.#####..#..#.#####..",
  "...##.....#.#####...#",
  ".####.##.###.#...###.",
  ".#.#.....#.......##.#",
  "####..####.#.......#.",
  "........##.####.##.##",
  "#######..#..#.#....#.",
  "#.....#.#.######.##..",
  "#.###.#.#...#...#...#",
  "#.###.#.#.#.#..##.#..",
  "#.###.#.####.#...#...",
  "#.....#..#.......##..",
  "#######.#.##.#...#.#.",
];
/** Length of the data, size of the square, start of the SHA-256 of its modules. */
const CODES: readonly [number, number, string][] = [
  [0, 21, "e640ed5ccfe75ddf"],
  [14, 21, "497db9708d83f5d3"],
  [15, 25, "97648abb1b7dbec0"],
  [122, 45, "39d550c4ade45335"],
  [123, 49, "dd7c179780542bfe"],
  [180, 53, "720d55472c66ae24"],
  [181, 57, "377e0a7c72d94c9f"],
  [606, 93, "ed81eaa1b6586178"],
  [813, 109, "53aa0edbcd6eed71"],
  [2331, 177, "a9a2ed382b300561"],
];

function drawing(size: number, modules: Uint8Array): string[] {
  return Array.from({ length: size }, (_, y) => {
    return Array.from(modules.subarray(y * size, (y + 1) * size), (module) => module ? "#" : ".").join("");
  });
}

describe("encodeQr", () => {
  it("draws a word", () => {
    const { size, modules } = encodeQr(new TextEncoder().encode("vinculum"));
    assert.deepEqual(drawing(size, modules), WORD);
  });

  for (const [length, size, hash] of CODES) {
    it(`draws ${length} bytes`, () => {
      const code = encodeQr(Uint8Array.from({ length }, (_, i) => 32 + (i * 7 + length) % 90));
      assert.equal(code.size, size);
      assert.equal(createHash("sha256").update(code.modules).digest("hex").slice(0, 16), hash);
    });
  }

  it("refuses what does not fit", () => assert.throws(() => encodeQr(new Uint8Array(2332)), RangeError));
});

describe("formatQrPage", () => {
  const key = "BORG_KEY 00\nAAAA\n";
  const page = formatQrPage(key);

  it("has the text right before the end of its text area", () => assert.ok(page.includes(`>\n${key}</textarea>`)));

  it("draws the code of the text", () => {
    const { size, modules } = encodeQr(new TextEncoder().encode(key));
    const drawn = new Uint8Array(size * size);
    const path = /<path d="([^"]*)"/.exec(page)![1]!;
    for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
      const start = Number(y) * size + Number(x);
      drawn.fill(1, start, start + Number(width));
    }
    assert.deepEqual(drawing(size, drawn), drawing(size, modules));
  });

  it("needs nothing from elsewhere", () =>
    assert.doesNotMatch(page.replace("http://www.w3.org/2000/svg", ""), /https?:/));
});
