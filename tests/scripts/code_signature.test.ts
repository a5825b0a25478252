import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { hasValidSignature, signAdHoc } from "../../scripts/code_signature.ts";
import { LINKEDIT_AT, machOFile, SIGNATURE_AT } from "./release/mach_o_file.ts";

describe("signAdHoc", () => {
  it("makes a signature valid, whatever room there was before", () => {
    for (const room of [16, 4096, 64 * 1024]) {
      const image = machOFile({ room });
      assert.equal(hasValidSignature(image), false);
      assert.equal(hasValidSignature(signAdHoc(image)), true);
    }
  });

  it("gives the same bytes again", () => {
    const once = signAdHoc(machOFile());
    assert.ok(signAdHoc(once).equals(once));
  });

  it("ends the file, the segment and the signature at the same place", () => {
    const image = signAdHoc(machOFile({ pages: 300 }));
    const start = image.readUInt32LE(SIGNATURE_AT + 8);
    assert.equal(start + image.readUInt32LE(SIGNATURE_AT + 12), image.length);
    const segment = LINKEDIT_AT + 40;
    assert.equal(Number(image.readBigUInt64LE(segment) + image.readBigUInt64LE(segment + 8)), image.length);
    const inMemory = Number(image.readBigUInt64LE(LINKEDIT_AT + 32));
    assert.equal(inMemory % 0x4000, 0);
    assert.ok(inMemory >= Number(image.readBigUInt64LE(segment + 8)));
  });

  it("has a SHA-256 of each page, the last of which is short", () => {
    const image = signAdHoc(machOFile({ pages: 2 }));
    const start = image.readUInt32LE(SIGNATURE_AT + 8);
    const hashes = start + 20 + 88 + "borg\0".length;
    for (const [page, end] of [[0, 4096], [1, 8192], [2, start]] as const) {
      const expected = createHash("sha256").update(image.subarray(page * 4096, end)).digest("hex");
      assert.equal(image.toString("hex", hashes + page * 32, hashes + page * 32 + 32), expected);
    }
  });

  it("does not outlive a change of any page", () => {
    const pristine = signAdHoc(machOFile());
    for (const at of [5000, 3 * 4096 - 1, pristine.readUInt32LE(SIGNATURE_AT + 8) - 1]) {
      const image = Buffer.from(pristine);
      image[at]! ^= 1;
      assert.equal(hasValidSignature(image), false, `byte ${at}`);
    }
  });

  it("refuses a file without a signature, or with one in the middle", () => {
    const without = machOFile();
    without.writeUInt32LE(3, 16);
    assert.throws(() => signAdHoc(without), RangeError);
    assert.throws(() => signAdHoc(Buffer.concat([machOFile(), Buffer.alloc(1)])), RangeError);
  });
});
