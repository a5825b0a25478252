import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const ROOM = fileURLToPath(new URL("../../src/crypto/", import.meta.url));

/** Comparisons of bytes that end at the first difference; ids are no secrets. */
const EARLY = /\bequal\(|\bBuffer\.compare\(|\.equals\(/;
const PUBLIC = new Set(["id.ts", "key_directory.ts", "key_store.ts"]);

describe("authentication codes", () => {
  const sources = readdirSync(ROOM).filter((name) => name.endsWith(".ts"));
  const read = (name: string) => readFileSync(`${ROOM}${name}`, "utf8");

  for (const name of sources.filter((name) => !PUBLIC.has(name))) {
    it(`are compared in constant time in ${name}`, () => assert.doesNotMatch(read(name), EARLY));
  }

  it("are compared at all where something is opened", () => {
    for (const name of ["envelope.ts", "key_blob.ts", "tam.ts"]) assert.match(read(name), /timingSafeEqual\(/);
  });
});
