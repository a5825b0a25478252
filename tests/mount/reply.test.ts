import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ReplyBuffer } from "../../src/mount/reply.ts";
import { ReplyReader, requestOf, TICKET } from "./messages.ts";

describe("ReplyBuffer", () => {
  it("puts length, error and ticket before what is said", () => {
    const reply = new ReplyBuffer(100);
    const bytes = reply.begin(2n ** 63n + 5n).u16(1).u32(0xffffffff).u64(2 ** 40 + 3).bytes(Uint8Array.of(9, 8)).zeros(
      3,
    )
      .finish();
    assert.equal(reply.length, 19);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    assert.deepEqual([view.getUint32(0, true), view.getInt32(4, true), bytes.length], [35, 0, 35]);
    assert.equal(view.getBigUint64(8, true), 2n ** 63n + 5n);
    assert.deepEqual([view.getUint16(16, true), view.getUint32(18, true)], [1, 0xffffffff]);
    assert.equal(view.getBigUint64(22, true), 2n ** 40n + 3n);
    assert.deepEqual([...bytes.subarray(30)], [9, 8, 0, 0, 0]);
  });

  it("writes negative numbers in two's complement", () => {
    for (const value of [-1, -5_000_000_000, -(2 ** 52)]) {
      const reader = new ReplyReader(new ReplyBuffer(8).begin(1n).u64(value).finish());
      assert.equal(reader.i64(), BigInt(value));
    }
  });

  it("forgets the last reply, and the error of a failure", () => {
    const reply = new ReplyBuffer(100);
    reply.begin(1n).u32(5);
    const failure = new ReplyReader(reply.failure(2n, 38));
    assert.deepEqual([failure.error, failure.ticket, failure.length], [-38, 2n, 16]);
    const next = new ReplyReader(reply.begin(3n).zeros(4).finish());
    assert.deepEqual([next.error, next.u32()], [0, 0]);
  });

  it("refuses what is longer than its room", () => {
    assert.throws(() => new ReplyBuffer(10).begin(1n).bytes(new Uint8Array(11)), RangeError);
  });
});

describe("Request", () => {
  it("is read where the kernel puts things", () => {
    const request = requestOf(15, 2 ** 33 + 1, 1n, 2n ** 40n, 4096, 7);
    assert.deepEqual([request.opcode, request.ticket, request.node], [15, TICKET, 2 ** 33 + 1]);
    assert.deepEqual([request.argument64(8), request.argument32(16), request.argument32(20)], [2 ** 40, 4096, 7]);
  });

  it("has names up to their NUL", () => {
    const request = requestOf(1, 1, 5, 6, "user.é", "rest");
    assert.equal(request.textAt(8), "user.é");
    assert.equal(request.nameAt(8).length, 7);
  });
});
