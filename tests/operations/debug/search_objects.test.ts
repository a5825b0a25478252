import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { findLine } from "../../../src/cli/render/find.ts";
import type { Objects } from "../../../src/archive/objects.ts";
import { searchObjects } from "../../../src/operations/debug/search_objects.ts";

/** Objects with these contents, whose ids are their numbers. */
function objectsOf(contents: readonly string[]): Objects {
  const repository = {
    scan: (limit: number, marker?: Uint8Array) => {
      const start = marker === undefined ? 0 : marker[0]! * 256 + marker[1]! + 1;
      return Promise.resolve(contents.slice(start, start + limit).map((_, i) => idOf(start + i)));
    },
  };
  return {
    repository,
    read: (id: Uint8Array) => Promise.resolve(Buffer.from(contents[id[0]! * 256 + id[1]!]!, "latin1")),
  } as unknown as Objects;
}

function idOf(number: number): Uint8Array {
  return Uint8Array.of(number >> 8, number & 255);
}

async function search(contents: readonly string[], wanted: string): Promise<string[]> {
  const bytes = Buffer.from(wanted, "latin1");
  const lines: string[] = [];
  for await (const event of searchObjects(objectsOf(contents), bytes)) {
    lines.push("searched" in event ? String(event.searched) : findLine(event, bytes));
  }
  return lines;
}

const A = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789,x,y,z";
const B = '!"#$%&()*+-./:;<=>?@[]^_{|}~0918273645zyxwvutsrqponmlkjihgfedcba<<<';

/** What BorgBackup says, without hex digits. */
function shown(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/: .* == /, ": "));
}

describe("a search in objects", () => {
  it("counts in each object and shows what is around the first place", async () => {
    assert.deepEqual(await search(["-", "hello\n"], "hello"), ["1 0001 #1:  68656c6c6f 0a == b'' b'hello' b'\\n'"]);
    assert.deepEqual(shown(await search([A], "Z01")), [
      "0 0000 #1: b'tuvwxyzABCDEFGHIJKLMNOPQRSTUVWXY' b'Z01' b'23456789,x,y,z'",
    ]);
    assert.deepEqual(shown(await search(["aaaaa"], "aa")), ["0 0000 #2: b'' b'aa' b'aaa'"]);
    assert.deepEqual(await search([A, B], "not there"), []);
  });

  it("shows nothing in front where BorgBackup does not", async () => {
    assert.deepEqual(shown(await search([B], "$%&")), ["0 0000 #1: b'' b'$%&' b'()*+-./:;<=>?@[]^_{|}~0918273645'"]);
    assert.deepEqual(shown(await search(["0123456789"], "34")), ["0 0000 #1: b'012' b'34' b'56789'"]);
  });

  it("looks across the end of an object", async () => {
    assert.deepEqual(shown(await search([A, B], 'y,z!"#')), [
      "1 0000 | 0001: b'HIJKLMNOPQRSTUVWXYZ0123456789,x,' b'y,z!\"#' b'$%&()*+-./:;<=>?@[]^_{|}~0918273'",
    ]);
    assert.deepEqual(shown(await search(["qq", "rr--"], "qqrr")), ["1 0000 | 0001: b'' b'qqrr' b'--'"]);
    assert.deepEqual(shown(await search(["zqq", "qr"], "qq")), [
      "0 0000 #1: b'z' b'qq' b''",
      "1 0000 | 0001: b'z' b'qq' b'qr'",
    ]);
    assert.deepEqual(await search(["a", "b", "c"], "abc"), []);
  });

  it("takes a single byte for what it is", async () => {
    assert.deepEqual(shown(await search(["xa", "y"], "a")), ["0 0000 #1: b'x' b'a' b''"]);
  });

  it("gives a sign of life", async () => {
    assert.deepEqual(await search(new Array(20001).fill("x"), "no"), ["10000", "20000"]);
  });

  it("shows bytes as Python does", async () => {
    assert.deepEqual(shown(await search(["\t\n\r\\\0\x7f\xff~Q"], "Q")), [
      "0 0000 #1: b'\\t\\n\\r\\\\\\x00\\x7f\\xff~' b'Q' b''",
    ]);
    assert.deepEqual(shown(await search(["'Q"], "Q")), [`0 0000 #1: b"'" b'Q' b''`]);
    assert.deepEqual(shown(await search([`'"Q`], "Q")), [`0 0000 #1: b'\\'"' b'Q' b''`]);
  });
});
