import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ChunkEntry } from "../../../src/archive/item.ts";
import { Objects } from "../../../src/archive/objects.ts";
import { sameBytes } from "../../../src/operations/diff/same_bytes.ts";
import { MemoryRepository } from "../../archive/memory_repository.ts";
import { vectorMaterial } from "../../crypto/material.ts";

const repository = new MemoryRepository();
const objects = new Objects(repository, vectorMaterial("none"));

function chunks(...texts: readonly string[]): Promise<ChunkEntry[]> {
  return Promise.all(texts.map(async (text) => {
    const plaintext = new TextEncoder().encode(text);
    return { ...await objects.write(plaintext, { name: "none" }), size: plaintext.length };
  }));
}

describe("sameBytes", () => {
  it("sees through different cuts", async () => {
    assert.equal(await sameBytes(objects, await chunks("ab", "cde", "f"), await chunks("abcd", "ef")), true);
    assert.equal(await sameBytes(objects, await chunks("ab", "cdX", "f"), await chunks("abcd", "ef")), false);
    assert.equal(await sameBytes(objects, [], []), true);
  });

  it("reads nothing when lengths or ids tell", async () => {
    const [short, long] = [await chunks("ab"), await chunks("ab", "c")];
    const before = repository.reads;
    assert.equal(await sameBytes(objects, short, long), false);
    assert.equal(await sameBytes(objects, long, long), true);
    assert.equal(repository.reads, before);
  });
});
