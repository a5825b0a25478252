import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toHex } from "../../../src/encoding/bytes.ts";
import {
  checksumMatches,
  COMMIT,
  COMMIT_ENTRY,
  DELETE,
  HEAD_LENGTH,
  MAX_ENTRY_SIZE,
  parseHeader,
  PUT,
  sizeFits,
  writeHead,
} from "../../../src/repository/local/entry.ts";

const ID = new Uint8Array(32).fill(1);
const HELLO = new TextEncoder().encode("hello");

describe("segment entries", () => {
  it("equal the vectors of the format reference", () => {
    const buffer = new Uint8Array(3 + HEAD_LENGTH);
    writeHead(buffer, 3, PUT, ID, HELLO);
    assert.equal(toHex(buffer.subarray(3)) + toHex(HELLO), `3e738a122e00000000${"01".repeat(32)}68656c6c6f`);
    writeHead(buffer, 0, DELETE, ID);
    assert.equal(toHex(buffer.subarray(0, HEAD_LENGTH)), `ed2636f12900000001${"01".repeat(32)}`);
    assert.deepEqual(parseHeader(COMMIT_ENTRY), { crc: 0x253cf440, size: 9, tag: COMMIT });
    assert.ok(checksumMatches(COMMIT_ENTRY));
  });

  it("have a checksum over everything else", () => {
    const entry = new Uint8Array(HEAD_LENGTH + HELLO.length);
    writeHead(entry, 0, PUT, ID, HELLO);
    entry.set(HELLO, HEAD_LENGTH);
    assert.ok(checksumMatches(entry));
    for (let i = 0; i < entry.length; i++) {
      entry[i]! ^= 1;
      assert.ok(!checksumMatches(entry), `byte ${i}`);
      entry[i]! ^= 1;
    }
  });

  it("have sizes that go with their tags", () => {
    assert.equal(MAX_ENTRY_SIZE, 20971520);
    const fits = [[PUT, 41], [PUT, MAX_ENTRY_SIZE], [DELETE, 41], [COMMIT, 9]] as const;
    const others = [[PUT, 40], [PUT, MAX_ENTRY_SIZE + 1], [DELETE, 42], [DELETE, 9], [COMMIT, 10], [3, 41], [
      255,
      9,
    ]] as const;
    for (const [tag, size] of fits) assert.ok(sizeFits(tag, size), `${tag} ${size}`);
    for (const [tag, size] of others) assert.ok(!sizeFits(tag, size), `${tag} ${size}`);
  });
});
