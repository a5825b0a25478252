import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { bun, projectRoot } from "../../scripts/programs.ts";
import { fromHex } from "../../src/encoding/bytes.ts";
import { Liblzma } from "../../wasm/liblzma.ts";
import { lines } from "./lines.ts";
import { pattern } from "./pattern.ts";

const LIMIT = 0x1000000;

/** SHA-256 of `lzma.compress(lines, preset=…, check=lzma.CHECK_NONE)` in Python 3.11 with liblzma 5.4.1. */
const DIGESTS = [
  "489d1f0478523d02054f32ae391b6a71791e808af7190908ad696c8d3bce3139",
  "0b06c5590cd3b4b08b501c982d6413b212d0b997c924184b570c1a4807492599",
  "12b0deda2fd412463d6b37c1d96a23f34eaba3c5fe4d73e5fabd5698506b83f4",
  "460130e88ac674995f28c44d37c59e76578961be45f12e3ba24a21cd6c6d87e0",
  "13bab46e6aeb19f5a6887308637ed4a573fe0001c5359417695e057ca5c9b57e",
  "7f966c3ea156d320239421c911948a99378feb7723587d5bd4f34a6394fb93d6",
  "c74cfd8a4b971c3604e643585eb03ed2e896504c50dff628ec4d5885ca43c956",
  "acd9d8ea15595c855514d5ac51a22a54f3404ea7fcc25ee6b64f22709646febd",
  "a70bb078dc5a54a825a610af0511192602be7495f3a27f1395a018e43c01e5ca",
  "ba0943ad5b1b044949081870ab41101aaa23ba4f688bac158d7f05b59b571c50",
];

/** `hello ` twenty times, written by Python without check and with CRC64. */
const CONTAINERS = [
  "fd377a585a000000ff12d9410200210116000000742fe5a3e00077000c5d00341949ee8de95a556d2f" +
  "000000000120788768dceb06729e7a010000000000595a",
  "fd377a585a000004e6d6b4460200210116000000742fe5a3e00077000c5d00341949ee8de95a556d2f" +
  "00000006eabd8e8867766b000128788fe205231fb6f37d010000000004595a",
];

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

describe("Liblzma", () => {
  const liblzma = new Liblzma();

  it("writes the bytes that Python writes, at every preset", () => {
    const data = lines();
    DIGESTS.forEach((digest, preset) =>
      assert.equal(sha256(liblzma.encode(data, preset)!), digest, `preset ${preset}`)
    );
  });

  it("reads what Python writes, with and without check", () => {
    for (const container of CONTAINERS) {
      const data = liblzma.decode(fromHex(container), LIMIT);
      assert.equal(new TextDecoder().decode(data), "hello ".repeat(20));
    }
  });

  it("gives nothing when the container would not be shorter", () => {
    for (const length of [0, 1, 31, 32, 33, 100, 5000]) assert.equal(liblzma.encode(pattern(length), 6), undefined);
  });

  it("gives back any repetitive data", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 30, maxLength: 300 }), fc.integer({ min: 0, max: 3 }), (bytes, preset) => {
        const data = new Uint8Array([...bytes, ...bytes, ...bytes, ...bytes]);
        const container = liblzma.encode(data, preset);
        assert.ok(container && container.length < data.length);
        assert.deepEqual(new Uint8Array(liblzma.decode(container, LIMIT)!), data);
      }),
      { numRuns: 30 },
    );
  });

  it("stops at the limit", () => {
    const container = liblzma.encode(new Uint8Array(3_000_000), 1)!;
    assert.equal(liblzma.decode(container, 2_999_999), undefined);
    assert.equal(liblzma.decode(container, 3_000_000)?.length, 3_000_000);
  });

  it("refuses containers that are damaged, broken off or followed by more", () => {
    const container = liblzma.encode(lines().subarray(0, 5000), 1)!;
    for (let length = 0; length < container.length; length += 7) {
      assert.equal(liblzma.decode(container.subarray(0, length), LIMIT), undefined, `length ${length}`);
    }
    assert.equal(liblzma.decode(new Uint8Array([...container, 0]), LIMIT), undefined);
    for (const at of [0, 7, 12, 20, container.length - 30, container.length - 10, container.length - 1]) {
      const damaged = container.slice();
      damaged[at]! ^= 0x55;
      assert.equal(liblzma.decode(damaged, LIMIT), undefined, `byte ${at}`);
    }
    assert.equal(liblzma.decode(container, LIMIT)?.length, 5000);
  });

  it("is inside an executable", () => {
    const folder = mkdtempSync(join(tmpdir(), "liblzma-"));
    try {
      const executable = join(folder, "probe");
      const probe = fileURLToPath(new URL("liblzma_probe.ts", import.meta.url));
      const build = ["build", "--compile", "--minify", "--bytecode", "--format=esm", "--outfile", executable, probe];
      assert.equal(spawnSync(bun, build, { cwd: projectRoot }).status, 0);
      const binary = join(projectRoot, "node_modules", "node-liblzma", "lib", "wasm", "liblzma.wasm");
      assert.ok(readFileSync(executable).includes(readFileSync(binary)));
      assert.equal(spawnSync(executable, { cwd: folder, encoding: "utf8" }).stdout.trim(), DIGESTS[6]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
