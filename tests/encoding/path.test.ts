import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { fromHex } from "../../src/encoding/bytes.ts";
import { decodeText, displayText, encodeText } from "../../src/encoding/path.ts";

describe("decodeText", () => {
  // What CPython 3.11 gives for bytes.decode("utf-8", "surrogateescape").
  const vectors: [hex: string, text: string][] = [
    ["", ""],
    ["6162", "ab"],
    ["c3bc", "\u00fc"],
    ["e282ac", "\u20ac"],
    ["f09f9880", "\u{1f600}"],
    ["efbfbd", "\ufffd"],
    ["efbbbf61", "\ufeffa"],
    ["61ff62", "a\udcff" + "b"],
    ["e282", "\udce2\udc82"],
    ["e28241", "\udce2\udc82A"],
    ["c0af", "\udcc0\udcaf"],
    ["eda080", "\udced\udca0\udc80"],
    ["f4908080", "\udcf4\udc90\udc80\udc80"],
    ["efbfbdff", "\ufffd\udcff"],
    ["f09f98c3bc", "\udcf0\udc9f\udc98\u00fc"],
    ["e08080", "\udce0\udc80\udc80"],
    ["f0808080", "\udcf0\udc80\udc80\udc80"],
    ["f58080", "\udcf5\udc80\udc80"],
    ["ed9fbf", "\ud7ff"],
    ["f48fbfbf", "\u{10ffff}"],
  ];
  for (const [hex, text] of vectors) {
    it(`reads ${hex || "nothing"}`, () => {
      assert.equal(decodeText(fromHex(hex)), text);
      assert.deepEqual(encodeText(text), fromHex(hex));
    });
  }

  it("reads a part of the bytes, of a Buffer or another array", () => {
    const bytes = fromHex("61ff6263");
    assert.equal(decodeText(bytes, 1, 3), "\udcff" + "b");
    assert.equal(decodeText(Buffer.from(bytes), 2, 4), "bc");
    assert.equal(decodeText(bytes.subarray(2)), "bc");
  });

  it("reads shared memory", () => {
    const bytes = new Uint8Array(new SharedArrayBuffer(3));
    bytes.set([0x61, 0xff, 0x62]);
    assert.equal(decodeText(bytes), "a\udcff" + "b");
  });

  it("is undone by encodeText for all bytes", () => {
    const pieces = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.string({ unit: "binary", maxLength: 20 }).map((text) => new TextEncoder().encode(text)),
    );
    fc.assert(fc.property(pieces, pieces, (a, b) => {
      const bytes = new Uint8Array([...a, ...b]);
      assert.deepEqual(encodeText(decodeText(bytes)), bytes);
    }));
  });
});

describe("encodeText", () => {
  it("refuses surrogates that stand for no byte", () => {
    for (const text of ["\ud800", "a\udc7f", "\udd00", "\udbff" + "x"]) {
      assert.throws(() => encodeText(text), RangeError);
    }
  });
});

describe("displayText", () => {
  it("shows a question mark for each undecodable byte", () => {
    assert.equal(displayText("a\udcff\udc80b\u{1f600}"), "a??b\u{1f600}");
    assert.equal(displayText("plain \u00fc"), "plain \u00fc");
  });
});
