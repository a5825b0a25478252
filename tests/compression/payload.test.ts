import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compress, compressToParts } from "../../src/compression/compress.ts";
import { parseCompression } from "../../src/compression/parse.ts";
import { discard, joined, payloadLength } from "../../src/compression/payload.ts";
import { decompress, decompressInto } from "../../src/compression/decompress.ts";
import { samples } from "./samples.ts";

const CODECS = ["none", "lz4", "zstd,3", "zlib,0", "zlib,6", "lzma,1", "auto,lz4", "auto,zlib,6", "obfuscate,250,lz4"];
const LARGE = Uint8Array.from({ length: 700_000 }, (_, i) => (i * i) >> 9);

describe("payloads in parts", () => {
  for (const name of CODECS) {
    const compression = parseCompression(name);

    it(`are the same bytes as in one piece: ${name}`, () => {
      for (const data of [...samples(), LARGE]) {
        const whole = compress(compression, data);
        const payload = compressToParts(compression, data);
        assert.equal(payloadLength(payload), whole.length);
        assert.deepEqual(joined(payload), whole);
      }
    });

    it(`decompress to where they are wanted, if there is room: ${name}`, () => {
      for (const data of [...samples(), LARGE]) {
        const whole = compress(compression, data);
        const out = new Uint8Array(data.length + 2).fill(0xee);
        assert.equal(decompressInto(whole, out.subarray(1)), data.length);
        assert.deepEqual(out.slice(1, -1), data);
        assert.deepEqual([out[0], out.at(-1)], [0xee, 0xee]);
        if (data.length > 0) assert.equal(decompressInto(whole, out.subarray(0, data.length - 1)), undefined);
        assert.deepEqual(new Uint8Array(decompress(whole)), data, "the payload is untouched");
      }
    });
  }

  it("leave data alone that is not theirs", () => {
    const data = LARGE.slice();
    discard(compressToParts(parseCompression("none"), data));
    discard(compressToParts(parseCompression("lz4"), data));
    assert.deepEqual(data, LARGE);
  });
});
