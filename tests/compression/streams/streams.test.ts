import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { StreamCodec } from "../../../src/compression/streams/codec.ts";
import { bzip2 } from "../../../src/compression/streams/bzip2.ts";
import { gzip } from "../../../src/compression/streams/gzip.ts";
import { lz4Frame } from "../../../src/compression/streams/lz4_frame.ts";
import { xz } from "../../../src/compression/streams/xz.ts";
import { zstd } from "../../../src/compression/streams/zstd.ts";
import { concat } from "../../../src/encoding/bytes.ts";
import { findCommand } from "../../interop/requirements.ts";

/** With a length that takes more than one block. */
const CODECS: readonly [name: string, codec: StreamCodec, long: number][] = [
  ["gzip", gzip, 1_000_000],
  ["bzip2", bzip2, 2_000_000],
  ["zstd", zstd, 1_000_000],
  ["xz", xz, 2_500_000],
  ["lz4", lz4Frame, 5_000_000],
];

/** Half of it random, half text. */
const DATA = new Uint8Array(5_000_000);
for (let i = 0, state = 1; i < DATA.length; i++) {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  DATA[i] = i % 100_000 < 50_000 ? state >>> 24 : i % 23;
}

async function compressed(codec: StreamCodec, data: Uint8Array, piece: number): Promise<Uint8Array> {
  const out: Uint8Array[] = [];
  const compressor = codec.compressor((bytes) => void out.push(bytes));
  for (let at = 0; at < data.length; at += piece) await compressor.write(data.slice(at, at + piece));
  await compressor.end();
  return concat(...out);
}

async function decompressed(codec: StreamCodec, data: Uint8Array, piece: number): Promise<Uint8Array> {
  const pieces = async function* () {
    for (let at = 0; at < data.length; at += piece) yield await Promise.resolve(data.slice(at, at + piece));
  };
  const out: Uint8Array[] = [];
  for await (const bytes of codec.decompress(pieces())) out.push(Uint8Array.from(bytes));
  return concat(...out);
}

function assertWhole(data: Uint8Array): void {
  assert.deepEqual(data, DATA.slice(0, 300_000));
}

/** What a program makes of `input`; through files, since Deno waits for ever where both sides have much to say. */
function filtered(command: string, input: Uint8Array): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "vinculum-test-"));
  try {
    writeFileSync(join(folder, "in"), input);
    execFileSync("sh", ["-c", `${command} <in >out`], { cwd: folder });
    return Uint8Array.from(readFileSync(join(folder, "out")));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("compressed streams", () => {
  for (const [name, codec, long] of CODECS) {
    it(`of ${name} come back, whatever the pieces`, async () => {
      for (const [size, piece] of [[0, 1], [1, 1], [100_000, 999], [long, 300_001]] as const) {
        const data = DATA.subarray(0, size);
        const there = await compressed(codec, data, piece);
        assert.deepEqual(await decompressed(codec, there, piece), Uint8Array.from(data), `${size} bytes`);
      }
    });

    it(`of ${name} may follow one another`, async () => {
      const part = await compressed(codec, DATA.subarray(0, 1000), 1000);
      assert.equal((await decompressed(codec, concat(part, part), 100)).length, 2000);
    });

    it(`of ${name} that are cut or damaged are refused`, async () => {
      const whole = await compressed(codec, DATA.subarray(0, 300_000), 65536);
      await assert.rejects(decompressed(codec, whole.subarray(0, -7), 65536), { code: "DecompressionError" });
      const damaged = Uint8Array.from(whole);
      damaged[5000]! ^= 0xff;
      await assert.rejects(decompressed(codec, damaged, 65536).then(assertWhole));
      await assert.rejects(decompressed(codec, DATA.subarray(0, 1000), 65536), { code: "DecompressionError" });
    });

    it(`of ${name} are what the program of that name writes and reads`, async () => {
      if (findCommand(name) === undefined) return;
      const data = DATA.subarray(0, 700_000);
      const ours = await compressed(codec, data, 100_000);
      assert.deepEqual(filtered(`${name} -dc`, ours), data.slice());
      assert.deepEqual(await decompressed(codec, filtered(`${name} -c`, data), 65536), data.slice());
    });
  }

  it("that fail at their source fail with its error", async () => {
    const failing = async function* () {
      yield await Promise.resolve(new Uint8Array([0x1f, 0x8b]));
      throw new RangeError("source");
    };
    await assert.rejects(async () => {
      for await (const _ of gzip.decompress(failing()));
    }, { message: "source" });
  });
});
