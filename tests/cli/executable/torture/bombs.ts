import { crc32, deflateSync } from "node:zlib";
import { compress } from "../../../../src/compression/compress.ts";
import { concat } from "../../../../src/encoding/bytes.ts";

/** An object holds 20 MiB at most; each of these would give far more. */
const LENGTH = 1 << 29;

/** Payloads that never seem to end, or that ask for more room than anybody has. */
export const BOMBS: Readonly<Record<string, () => Uint8Array>> = {
  lz4: () => concat(Uint8Array.of(1, 0), lz4OfZeros()),
  zlib: () => new Uint8Array(deflateSync(new Uint8Array(LENGTH))),
  zstd: () => concat(Uint8Array.of(3, 0), zstdOfZeros(LENGTH)),
  "zstd that lies": () => concat(Uint8Array.of(3, 0), zstdOfZeros(100_000_000)),
  lzma: () => compress({ name: "lzma", level: 0 }, new Uint8Array(LENGTH >> 1)),
  "lzma with a huge dictionary": () => hugeDictionary(),
  "obfuscation of obfuscations": () => obfuscations(1_000_000),
};

/** One zero, repeated. */
function lz4OfZeros(): Uint8Array {
  const lengths = new Uint8Array(Math.floor(LENGTH / 255)).fill(255);
  return concat(Uint8Array.of(0x1f, 0, 1, 0), lengths, Uint8Array.of(0, 0x50, 0, 0, 0, 0, 0));
}

/** Each says that what remains is the next one. */
function obfuscations(depth: number): Uint8Array {
  const payload = new Uint8Array(6 * depth);
  const view = new DataView(payload.buffer);
  for (let at = 0; at < payload.length; at += 6) {
    payload[at] = 4;
    view.setUint32(at + 2, payload.length - at - 6, true);
  }
  return payload;
}

/** A frame of blocks that repeat one byte, which says that it holds `stated` bytes. */
function zstdOfZeros(stated: number): Uint8Array {
  const size = 1 << 17;
  const count = LENGTH / size;
  const frame = new Uint8Array(9 + 4 * count);
  const view = new DataView(frame.buffer);
  view.setUint32(0, 0xfd2fb528, true);
  frame[4] = 0xa0; // four bytes of content size, one segment
  view.setUint32(5, stated, true);
  for (let i = 0; i < count; i++) view.setUint32(9 + 4 * i, size << 3 | 1 << 1 | Number(i === count - 1), true);
  return frame;
}

/** An xz container whose decoder is to have a dictionary of 3 GiB. */
function hugeDictionary(): Uint8Array {
  const payload = compress({ name: "lzma", level: 0 }, new Uint8Array(100_000));
  const header = payload.subarray(2 + 12);
  const length = (header[0]! + 1) * 4;
  const filter = header.findIndex((byte, i) => byte === 0x21 && header[i + 1] === 1);
  header[filter + 2] = 39;
  new DataView(header.buffer, header.byteOffset).setUint32(length - 4, crc32(header.subarray(0, length - 4)), true);
  return payload;
}
