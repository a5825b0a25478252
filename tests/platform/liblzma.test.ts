import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { systemLzmaStreams } from "../../src/platform/liblzma.ts";
import { Liblzma } from "../../wasm/liblzma.ts";
import { lines } from "../wasm/lines.ts";
import { pattern } from "../wasm/pattern.ts";

const LIMIT = 0x1000000;

const streams = systemLzmaStreams();
const wasm = new Liblzma();

describe("the system's liblzma", { skip: streams === undefined }, () => {
  const native = new Liblzma(() => streams!);

  it("and the built-in one read each other's containers, which are equally long but for their versions", () => {
    for (const preset of [0, 1, 6, 9]) {
      const [ours, theirs] = [wasm.encode(lines(), preset)!, native.encode(lines(), preset)!];
      assert.ok(Math.abs(ours.length - theirs.length) < ours.length / 100, `preset ${preset}`);
      assert.deepEqual(native.decode(ours, LIMIT), lines());
      assert.deepEqual(wasm.decode(theirs, LIMIT), lines());
    }
  });

  it("takes shared memory", () => {
    const shared = new Uint8Array(new SharedArrayBuffer(lines().length + 5), 5);
    shared.set(lines());
    assert.deepEqual(native.encode(shared, 1), native.encode(lines(), 1));
  });

  it("gives nothing when the container would not be shorter", () => {
    for (const length of [0, 1, 31, 32, 33, 100, 5000]) assert.equal(native.encode(pattern(length), 6), undefined);
  });

  it("stops at the limit", () => {
    const container = native.encode(new Uint8Array(3_000_000), 1)!;
    assert.equal(native.decode(container, 2_999_999), undefined);
    assert.equal(native.decode(container, 3_000_000)?.length, 3_000_000);
  });

  it("refuses what the built-in one refuses", () => {
    const container = native.encode(lines().subarray(0, 5000), 1)!;
    for (let length = 0; length < container.length; length += 7) {
      assert.equal(native.decode(container.subarray(0, length), LIMIT), undefined, `length ${length}`);
    }
    assert.equal(native.decode(new Uint8Array([...container, 0]), LIMIT), undefined);
    for (let at = 0; at < container.length; at++) {
      const damaged = container.slice();
      damaged[at]! ^= 0x55;
      assert.deepEqual(native.decode(damaged, LIMIT), wasm.decode(damaged, LIMIT), `byte ${at}`);
    }
  });
});
