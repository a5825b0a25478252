import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { deflateSync } from "node:zlib";
import { adler32 } from "../../src/compression/adler32.ts";
import { pattern } from "../wasm/pattern.ts";

describe("adler32", () => {
  it("gives what others give", () => {
    assert.equal(adler32(new Uint8Array(0)), 1);
    assert.equal(adler32(new TextEncoder().encode("Wikipedia")), 0x11e60398);
  });

  it("gives what zlib puts at the end of its streams", () => {
    for (const length of [1, 5551, 5552, 5553, 11_104, 65_521, 200_000]) {
      for (const data of [pattern(length), new Uint8Array(length).fill(255)]) {
        assert.equal(adler32(data), deflateSync(data).readUInt32BE(deflateSync(data).length - 4), `${length}`);
      }
    }
  });
});
