import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ArgumentVector } from "../../../src/platform/fuse/argument_vector.ts";
import { fuseArgs } from "../../../src/platform/fuse/fuse_args.ts";
import { openLibc } from "../../../src/platform/libc.ts";

const libc = openLibc({
  memcpy: { args: ["buffer", "u64", "u64"], returns: "u64" },
  strlen: { args: ["u64"], returns: "u64" },
});

function bytesAt(address: bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(new ArrayBuffer(length));
  libc.memcpy(bytes, address, BigInt(length));
  return bytes;
}

function addressesAt(address: bigint, count: number): bigint[] {
  const bytes = bytesAt(address, 8 * count);
  return [...new BigUint64Array(bytes.slice().buffer)];
}

function textAt(address: bigint): string {
  return new TextDecoder().decode(bytesAt(address, Number(libc.strlen(address))));
}

describe("ArgumentVector", () => {
  it("is a list of NUL-terminated texts that ends with no address", () => {
    const words = new ArgumentVector(["borgfs", "-o", "", "größe=1"]);
    const addresses = addressesAt(words.address, 5);
    assert.equal(words.length, 4);
    assert.deepEqual(addresses.slice(0, 4).map(textAt), ["borgfs", "-o", "", "größe=1"]);
    assert.equal(addresses[4], 0n);
  });

  it("goes into libfuse's structure with its length", () => {
    const words = new ArgumentVector(["a", "b"]);
    const view = new DataView(fuseArgs(words).buffer);
    assert.deepEqual([view.getInt32(0, true), view.getBigUint64(8, true), view.getInt32(16, true)], [
      2,
      words.address,
      0,
    ]);
  });
});
