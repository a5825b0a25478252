import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { concat } from "../../../src/encoding/bytes.ts";
import { type Encodable, encode } from "../../../src/encoding/msgpack.ts";
import { encodeText } from "../../../src/encoding/path.ts";
import { BorgError } from "../../../src/errors.ts";
import { ResponseStream } from "../../../src/repository/remote/response_stream.ts";
import { bytes, id } from "../scratch.ts";

const RESULTS: readonly Encodable[] = [
  null,
  true,
  7,
  bytes(0),
  bytes(1),
  bytes(31),
  bytes(32),
  bytes(70_000),
  [],
  Array.from({ length: 3000 }, (_, i) => id(i)),
];
const MESSAGES = concat(...RESULTS.map((result, i) => encode(new Map<string, Encodable>([["i", i], ["r", result]]))));
const OBJECT = encode(new Map<string, Encodable>([["i", 1], ["r", bytes(5000)]]));

/** What a stream gives for these bytes when they come in pieces of these sizes. */
function read(input: Uint8Array, sizes: readonly number[]): unknown[] {
  const stream = new ResponseStream();
  const found: unknown[] = [];
  for (let at = 0, i = 0; at < input.length; i++) {
    const part = input.slice(at, at + sizes[i % sizes.length]!);
    for (const response of stream.feed(part)) found.push("result" in response ? response.result : response.failure);
    part.fill(0xc1);
    at += part.length;
  }
  return found;
}

function isUnexpected(text?: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof BorgError);
    assert.equal(error.code, "UnexpectedRPCDataFormatFromServer");
    if (text !== undefined) assert.equal(error.data[0], text);
    return true;
  };
}

describe("ResponseStream", () => {
  it("gives the same responses in whatever pieces they come", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 90_000 }), { minLength: 1, maxLength: 5 }), (sizes) => {
        assert.deepEqual(read(MESSAGES, sizes), RESULTS);
      }),
      { numRuns: 15 },
    );
    assert.deepEqual(read(MESSAGES.subarray(0, 3000), [1]).slice(0, 7), RESULTS.slice(0, 7));
  });

  it("knows whether one is under way", () => {
    const stream = new ResponseStream();
    assert.equal(stream.isInside, false);
    for (const [start, end] of [[0, 3], [3, 20], [20, 50]]) {
      stream.feed(OBJECT.subarray(start, end));
      assert.equal(stream.isInside, true);
    }
    stream.feed(OBJECT.subarray(50));
    assert.equal(stream.isInside, false);
  });

  it("gives objects memory of their own", () => {
    const [object] = read(OBJECT, [100]) as Uint8Array[];
    assert.equal(object!.buffer.byteLength, 5000);
  });

  it("reads responses by position, and failures", () => {
    const failure = new Map<string, Encodable>([["i", 2], ["exception_class", "DoesNotExist"], ["exception_args", [
      "x",
    ]]]);
    const messages = concat(encode([1, 1, null, bytes(3)]), encode(failure), encode([1, 3, "LockTimeout", "text"]));
    const [result, named, positional] = read(messages, [5]) as [
      Uint8Array,
      { args: unknown },
      { exceptionClass: string },
    ];
    assert.deepEqual(result, bytes(3));
    assert.deepEqual(named.args, ["x"]);
    assert.equal(positional.exceptionClass, "LockTimeout");
  });

  it("shows what is no response", () => {
    const stream = new ResponseStream();
    stream.feed(encode(new Map<string, Encodable>([["i", 1], ["r", null]])));
    assert.throws(() => stream.feed(encodeText("Last login: Monday\n")), isUnexpected("Last login: Monday\n"));
    assert.throws(() => new ResponseStream().feed(encodeText("\x1b[2Jhi\r\n")), isUnexpected("?[2Jhi?\n"));
    const long = "x".repeat(5000);
    assert.throws(() => new ResponseStream().feed(encodeText(long)), isUnexpected(long.slice(0, 1000)));
  });

  it("refuses what only looks like one", () => {
    for (const value of [7, null, [1, 2], [1, "x", null, 1], new Map([["i", 1]]), new Map([["r", 1]])]) {
      assert.throws(() => new ResponseStream().feed(encode(value as Encodable)), isUnexpected());
    }
  });

  it("refuses an object that nobody could have asked for, before it comes", () => {
    const head = encode(new Map<string, Encodable>([["i", 1], ["r", null]])).slice(0, -1);
    const promise = Uint8Array.of(...head, 0xdb, 0x7f, 0xff, 0xff, 0xff);
    assert.throws(() => new ResponseStream().feed(promise), isUnexpected());
  });
});
