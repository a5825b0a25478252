import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type ItemProblem, ItemSalvage, type Salvaged } from "../../src/archive/salvage.ts";
import { concat } from "../../src/encoding/bytes.ts";
import { encode } from "../../src/encoding/msgpack.ts";
import { cut, file, idOf, packed } from "./items.ts";

const items = Array.from({ length: 60 }, (_, i) => file(`folder/file ${i}`, [{ id: idOf(i), size: i, csize: i }]));

/** Feeds chunks, undefined ones being missing. */
function salvage(chunks: readonly (Uint8Array | undefined)[], keys: string[] = []): Salvaged[] {
  const reader = new ItemSalvage(keys);
  const found: Salvaged[] = [];
  for (const chunk of chunks) {
    if (chunk === undefined) reader.resync();
    else found.push(...reader.feed(chunk));
  }
  return [...found, ...reader.end()];
}

/** The paths of items, and `! ` with what is known of what is none. */
const paths = (found: readonly Salvaged[]) =>
  found.map((it) => "item" in it ? it.item.path : `! ${describeProblem(it.problem)}`);
const describeProblem = (problem: ItemProblem) => (problem.kind === "message" ? problem.reason : problem.kind);

describe("salvaging an item stream", () => {
  it("gives all items when nothing is missing", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), (length) => {
        assert.deepEqual(paths(salvage(cut(packed(...items), length))), items.map((item) => item.path));
      }),
      { numRuns: 40 },
    );
  });

  it("goes on with the first whole item after a missing chunk", () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 700 }), fc.nat(), (length, which) => {
        const bytes = packed(...items);
        const chunks: (Uint8Array | undefined)[] = cut(bytes, length);
        const missing = which % chunks.length;
        chunks[missing] = undefined;
        const ends = items.map((_, i) => packed(...items.slice(0, i + 1)).length);
        const expected = items.filter((_, i) => {
          const start = i === 0 ? 0 : ends[i - 1]!;
          return ends[i]! <= missing * length || start >= (missing + 1) * length;
        });
        assert.deepEqual(paths(salvage(chunks)), expected.map((item) => item.path));
      }),
      { numRuns: 60 },
    );
  });

  it("drops what is no item, and says why", () => {
    const foreign = encode(new Map<string, number | string>([["mtime", 1], ["path", "x"], ["secret", 1]]));
    const pathless = encode(new Map([["mtime", 1]]));
    const bytes = concat(packed(items[0]!), foreign, pathless, encode([1]), packed(items[1]!));
    const found = paths(salvage([bytes]));
    assert.equal(found.length, 5);
    assert.deepEqual([found[0], found[4]], [items[0]!.path, items[1]!.path]);
    assert.deepEqual(found.slice(1, 4), [
      "! invalid keys: secret",
      "! missing required keys: path",
      "! not a dictionary",
    ]);
  });

  it("drops items with values of other kinds", () => {
    const numbered = encode(new Map<string, number | string>([["mtime", 1], ["path", 5]]));
    assert.deepEqual(paths(salvage([concat(numbered, packed(items[0]!))])), ["! invalid values", items[0]!.path]);
  });

  it("drops messages that cannot be read", () => {
    const deep = new Uint8Array(200_001).fill(0x91);
    deep[200_000] = 0xc0;
    const inItem = concat(Uint8Array.of(0x81, 0xa3), new TextEncoder().encode("odd"), deep);
    const keyless = Uint8Array.of(0x81, 0x90, 0x01);
    const found = paths(salvage([concat(packed(items[0]!), deep, inItem, keyless, packed(items[1]!))]));
    assert.deepEqual(found, [items[0]!.path, ...Array(3).fill("! invalid values"), items[1]!.path]);
  });

  it("accepts keys that the manifest lists", () => {
    const foreign = encode(new Map<string, number | string>([["mtime", 1], ["path", "x"], ["secret", 1]]));
    assert.deepEqual(paths(salvage([foreign], ["secret"])), ["x"]);
  });

  it("finds the next item after bytes that are no message", () => {
    const bytes = concat(packed(items[0]!), Uint8Array.of(0xc1, 0xc1, 1, 2), packed(items[1]!));
    const found = paths(salvage([bytes]));
    assert.deepEqual(found, [items[0]!.path, "! bytes", items[1]!.path]);
  });

  it("is not held up by a beginning that never ends", () => {
    const endless = Uint8Array.of(0x82, 0xa4, ...new TextEncoder().encode("path"), 0xdb, 0x7f, 0xff, 0xff, 0xff);
    assert.deepEqual(paths(salvage([undefined, concat(endless, packed(items[0]!))])), [items[0]!.path]);
  });

  it("reads an item of many chunks", () => {
    const large = file("large", Array.from({ length: 20000 }, (_, i) => ({ id: idOf(i % 50), size: i, csize: i })));
    const chunks = cut(packed(items[0]!, large, items[1]!), 20000);
    assert.deepEqual(paths(salvage(chunks)), [items[0]!.path, "large", items[1]!.path]);
  });

  it("reports an item that is cut off at the end", () => {
    const bytes = packed(...items.slice(0, 2));
    const found = paths(salvage([bytes.subarray(0, bytes.length - 1)]));
    assert.deepEqual(found, [items[0]!.path, "! end"]);
  });
});
