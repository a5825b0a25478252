import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseCompression } from "../../src/compression/parse.ts";

describe("parseCompression", () => {
  it("reads what a person may write", () => {
    assert.deepEqual(parseCompression("none"), { name: "none" });
    assert.deepEqual(parseCompression("lz4"), { name: "lz4" });
    assert.deepEqual(parseCompression("zstd"), { name: "zstd", level: 3 });
    assert.deepEqual(parseCompression("zstd,22"), { name: "zstd", level: 22 });
    assert.deepEqual(parseCompression("zstd, +1_0"), { name: "zstd", level: 10 });
    assert.deepEqual(parseCompression("zlib"), { name: "zlib", level: 6 });
    assert.deepEqual(parseCompression("zlib,0"), { name: "zlib", level: 0 });
    assert.deepEqual(parseCompression("lzma"), { name: "lzma", level: 6 });
    assert.deepEqual(parseCompression("lzma,9"), { name: "lzma", level: 9 });
    assert.deepEqual(parseCompression("auto,lz4"), { name: "auto", codec: { name: "lz4" } });
    const auto = { name: "auto", codec: { name: "zstd", level: 7 } };
    assert.deepEqual(parseCompression("auto,zstd,7"), auto);
    assert.deepEqual(parseCompression("auto,auto,zstd,7"), auto);
    assert.deepEqual(parseCompression("obfuscate,110,auto,zstd,7"), { name: "obfuscate", spec: 110, inner: auto });
    for (const spec of [1, 6, 110, 123, 250]) {
      assert.deepEqual(parseCompression(`obfuscate,${spec},lz4`), { name: "obfuscate", spec, inner: { name: "lz4" } });
    }
  });

  it("ignores what follows codecs without a level", () => {
    assert.deepEqual(parseCompression("none,3"), { name: "none" });
    assert.deepEqual(parseCompression("lz4,x"), { name: "lz4" });
  });

  it("refuses all else", () => {
    const levels = ["zstd,0", "zstd,23", "zstd,-1", "zlib,10", "zlib,-1", "lzma,10", "auto,zstd,23"];
    const words = ["zstd,x", "zstd,", "zstd,3,3", "zlib,6,1", "lzma,", "", "foo", "ZSTD", " lz4", "auto", "auto,"];
    const specs = [
      "obfuscate",
      "obfuscate,1",
      "obfuscate,x,lz4",
      "auto,obfuscate,1,lz4",
      "obfuscate,1,obfuscate,1,lz4",
    ];
    const bounds = [0, 7, 109, 124, 249, 251].map((spec) => `obfuscate,${spec},lz4`);
    for (const text of [...levels, ...words, ...specs, ...bounds]) {
      assert.throws(() => parseCompression(text), RangeError, text);
    }
  });
});
