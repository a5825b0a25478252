import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { deflateSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { compress } from "../../src/compression/compress.ts";
import { decompress, detectCompression } from "../../src/compression/decompress.ts";
import { DecompressionError } from "../../src/compression/errors.ts";
import { headerOf, HEADERS } from "../../src/compression/header.ts";
import { MAX_PLAINTEXT } from "../../src/compression/limits.ts";
import { parseCompression } from "../../src/compression/parse.ts";
import { concat, fromHex } from "../../src/encoding/bytes.ts";
import { createKernels } from "../../wasm/kernels.ts";
import { lz4Compress } from "../../wasm/lz4.ts";
import { samples } from "./samples.ts";

const TEXT = samples().at(-4)!;
const CODECS = ["lz4", "zstd", "zlib", "lzma,1"];
const FRAME = compress(parseCompression("zstd"), new Uint8Array(1000)).subarray(2);

function zstdFrame(data: Uint8Array): Uint8Array {
  const options = { params: {}, pledgedSrcSize: data.length };
  return zstdCompressSync(data, options);
}

function withHeader(name: keyof typeof HEADERS, body: Uint8Array): Uint8Array {
  return concat(headerOf(name), body);
}

function refuses(payload: Uint8Array, message: string): void {
  assert.throws(() => decompress(payload), DecompressionError, message);
}

/** The frame of 1000 zeros (content size in the two bytes after the descriptor, less 256) with another size. */
function lyingFrame(size: number): Uint8Array {
  const frame = FRAME.slice();
  new DataView(frame.buffer).setUint16(5, size - 256, true);
  return frame;
}

describe("detectCompression", () => {
  it("knows the headers", () => {
    const names = ["0000", "0100", "0200", "0300", "0400", "789c", "7801", "78da", "785e", "081d"]
      .map((header) => detectCompression(fromHex(header)));
    assert.deepEqual(names, ["none", "lz4", "lzma", "zstd", "obfuscate", "zlib", "zlib", "zlib", "zlib", "zlib"]);
  });

  it("refuses all else", () => {
    for (const header of ["", "00", "0001", "0500", "0101", "7800", "ffff", "791d"]) {
      assert.throws(() => detectCompression(fromHex(header)), DecompressionError, header);
    }
  });

  it("carries the code that BorgBackup gives the condition", () => {
    assert.throws(() => decompress(fromHex("ffff")), { code: "DecompressionError" });
  });
});

describe("decompress", () => {
  it("refuses payloads that are broken off", () => {
    for (const codec of CODECS) {
      const payload = compress(parseCompression(codec), TEXT);
      for (const length of [2, 3, 10, payload.length >> 1, payload.length - 1]) {
        refuses(payload.subarray(0, length), `${codec}, ${length} bytes`);
      }
    }
  });

  it("refuses damaged payloads or gives some data, whatever is in them", () => {
    const payloads = CODECS.map((codec) => compress(parseCompression(codec), TEXT.subarray(0, 1000)));
    fc.assert(fc.property(fc.constantFrom(...payloads), fc.nat(), fc.nat(255), (payload, at, value) => {
      const damaged = payload.slice();
      damaged[at % damaged.length] = value;
      try {
        decompress(damaged);
      } catch (error) {
        assert.ok(error instanceof DecompressionError);
      }
    }));
  });

  it("refuses zstd frames that do not say how much they hold", () => {
    const unsized = "28b52ffd0058290000" + "6869";
    refuses(withHeader("zstd", fromHex(unsized)), "no size");
    refuses(withHeader("zstd", fromHex("502a4d1804000000" + "00000000")), "skippable frame");
    refuses(withHeader("zstd", fromHex("28b52ffd")), "nothing after the magic");
    refuses(withHeader("zstd", fromHex("28b52ffde0ffff")), "size broken off");
  });

  it("refuses zstd frames that lie about how much they hold", () => {
    assert.equal(decompress(withHeader("zstd", lyingFrame(1000))).length, 1000);
    for (const size of [256, 900, 999, 1001, 2000, 65791]) refuses(withHeader("zstd", lyingFrame(size)), `${size}`);
    const enormous = fromHex("28b52ffde0" + "ffffffffffff1f00" + "0100");
    refuses(withHeader("zstd", enormous), "far more than there is");
  });

  it("refuses to give more than any object may hold", () => {
    const tooMuch = new Uint8Array(MAX_PLAINTEXT + 1);
    refuses(deflateSync(tooMuch, { level: 1 }), "zlib");
    refuses(withHeader("zstd", zstdFrame(tooMuch)), "zstd");
    refuses(withHeader("lz4", lz4Compress(tooMuch, createKernels())), "lz4");
  });

  it("refuses an obfuscated payload that claims more than there is", () => {
    assert.equal(Buffer.from(decompress(fromHex("040000000003000007000000"))).toString("hex"), "07");
    refuses(fromHex("040000000004000007"), "one byte too many");
    refuses(fromHex("0400ffffffff000007"), "most that can be claimed");
    refuses(fromHex("04000000"), "length broken off");
    refuses(fromHex("0400000000000000"), "nothing inside");
  });

  it("unwraps any number of obfuscations", () => {
    const depth = 20_000;
    let payload = compress({ name: "none" }, new Uint8Array([7]));
    const wrapped = new Uint8Array(6 * depth + payload.length);
    wrapped.set(payload, 6 * depth);
    for (let at = 6 * (depth - 1); at >= 0; at -= 6) {
      wrapped[at] = 4;
      new DataView(wrapped.buffer).setUint32(at + 2, wrapped.length - at - 6);
    }
    payload = decompress(wrapped);
    assert.deepEqual([...payload], [7]);
  });

  it("gives plain arrays", () => {
    for (const codec of ["none", ...CODECS]) {
      const data = decompress(compress(parseCompression(codec), TEXT));
      assert.equal(Object.getPrototypeOf(data), Uint8Array.prototype, codec);
    }
  });

  it("gives results that later calls leave alone", () => {
    for (const codec of CODECS) {
      const payload = compress(parseCompression(codec), TEXT);
      const first = decompress(payload);
      compress(parseCompression(codec), new Uint8Array(100_000));
      decompress(compress(parseCompression(codec), new Uint8Array(100_000)));
      assert.deepEqual(new Uint8Array(first), new Uint8Array(TEXT), codec);
    }
  });
});
