import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { release } from "../../src/encoding/release.ts";

describe("release", () => {
  it("gives large memory back, under all views of it", () => {
    const bytes = new Uint8Array(300_000);
    const view = bytes.subarray(10, 20);
    release(view);
    assert.deepEqual([bytes.length, view.length], [0, 0]);
    release(bytes);
  });

  it("leaves small memory, which may be part of a pool, and shared memory", () => {
    const small = new Uint8Array(100).fill(1);
    const shared = new Uint8Array(new SharedArrayBuffer(300_000));
    release(small);
    release(shared);
    assert.deepEqual([small.length, shared.length], [100, 300_000]);
  });
});
