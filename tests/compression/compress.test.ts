import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { compress, compressBound } from "../../src/compression/compress.ts";
import { decompress, detectCompression } from "../../src/compression/decompress.ts";
import { parseCompression } from "../../src/compression/parse.ts";
import { toHex } from "../../src/encoding/bytes.ts";
import { zstdContentSize } from "../../src/compression/zstd_frame.ts";
import { pattern } from "../wasm/pattern.ts";
import { samples } from "./samples.ts";

const PLAIN = ["none", "lz4", "zstd", "zstd,1", "zstd,19", "zlib", "zlib,0", "zlib,1", "zlib,9", "lzma,0", "lzma"];
const COMBINED = ["auto,zstd", "auto,zlib,1", "auto,lzma,1", "auto,lz4", "auto,none"];
const OBFUSCATED = ["obfuscate,1,lz4", "obfuscate,110,zstd", "obfuscate,250,auto,zlib"];

const run = (text: string, data: Uint8Array): Uint8Array => compress(parseCompression(text), data);

describe("compress", () => {
  it("gives what decompress takes back, within the bound", () => {
    for (const text of [...PLAIN, ...COMBINED, ...OBFUSCATED]) {
      const compression = parseCompression(text);
      for (const data of samples()) {
        const payload = compress(compression, data);
        assert.equal(toHex(decompress(payload)), toHex(data), `${text}, ${data.length} bytes`);
        assert.ok(payload.length <= compressBound(compression, data.length), `${text}, ${data.length} bytes`);
      }
    }
  });

  it("comes back for any data", () => {
    fc.assert(fc.property(fc.constantFrom(...PLAIN, ...COMBINED), fc.uint8Array({ maxLength: 500 }), (text, bytes) => {
      const data = new Uint8Array([...bytes, ...bytes]);
      assert.deepEqual(new Uint8Array(decompress(run(text, data))), data);
    }));
  });

  it("writes the headers of the format", () => {
    const data = new TextEncoder().encode("hello ".repeat(100));
    assert.equal(toHex(run("none", data)).slice(0, 8), "00006865");
    assert.equal(toHex(run("lz4", data)).slice(0, 4), "0100");
    assert.equal(toHex(run("zstd", data)).slice(0, 12), "030028b52ffd");
    assert.equal(toHex(run("lzma", data)).slice(0, 20), "0200fd377a585a000000");
    assert.deepEqual([0, 1, 5, 6, 7, 9].map((level) => toHex(run(`zlib,${level}`, data)).slice(0, 4)), [
      "7801",
      "7801",
      "785e",
      "789c",
      "78da",
      "78da",
    ]);
    assert.equal(toHex(run("obfuscate,1,none", new Uint8Array([7]))).slice(0, 18), "040000000003000007");
  });

  it("makes as little of repetitions with zlib as zlib itself does", () => {
    const data = new TextEncoder().encode("y\n".repeat(800_000));
    for (const level of [5, 6, 9]) {
      const { length } = run(`zlib,${level}`, data);
      assert.ok(length < 1700, `${length}`); // zlib 1.2.13: 1575
    }
  });

  it("keeps data as it is where a codec does not make it shorter, zlib excepted", () => {
    const data = pattern(1000);
    for (const text of ["lz4", "zstd", "lzma", "auto,zstd", "auto,zlib"]) {
      assert.equal(detectCompression(run(text, data)), "none", text);
    }
    assert.equal(detectCompression(run("zlib", data)), "zlib");
    for (const text of ["lz4", "zstd", "lzma"]) assert.equal(toHex(run(text, new Uint8Array(0))), "0000", text);
  });

  it("says the content size in zstd frames of every length", () => {
    for (const length of [50, 255, 256, 257, 65535, 65791, 65792, 100_000, 300_000]) {
      const payload = run("zstd", new Uint8Array(length));
      assert.equal(zstdContentSize(payload.subarray(2)), length);
    }
  });

  it("stays within the bound of zlib on data that no level shortens", () => {
    const data = pattern(300_000);
    for (let level = 0; level <= 9; level++) {
      const compression = parseCompression(`zlib,${level}`);
      assert.ok(compress(compression, data).length <= compressBound(compression, data.length), `level ${level}`);
    }
  });
});

describe("auto", () => {
  it("takes the slower codec where it is worth it", () => {
    assert.equal(detectCompression(run("auto,zstd", samples().at(-4)!)), "zstd");
  });

  it("keeps lz4 where the slower codec gains too little", () => {
    const data = samples().at(-4)!;
    assert.equal(detectCompression(run("auto,lz4", data)), "lz4");
    assert.equal(detectCompression(run("auto,none", data)), "lz4");
    assert.equal(detectCompression(run("auto,zlib,0", data)), "lz4");
  });

  it("does not try the slower codec where lz4 gains too little", () => {
    const data = new Uint8Array(10_000);
    data.set(pattern(9_800));
    const ratio = run("lz4", data).length / 10_002;
    assert.ok(ratio >= 0.97 && ratio < 1);
    assert.equal(detectCompression(run("auto,zlib,9", data)), "lz4");
  });
});
