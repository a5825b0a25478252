import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Item } from "../../../src/archive/item.ts";
import { Objects } from "../../../src/archive/objects.ts";
import type { TagRules } from "../../../src/operations/create/tags.ts";
import { findTagged } from "../../../src/operations/recreate/tagged.ts";
import { PatternMatcher } from "../../../src/selection/matcher.ts";
import { MemoryRepository } from "../../archive/memory_repository.ts";
import { vectorMaterial } from "../../crypto/material.ts";

const SIGNATURE = "Signature: 8a477f597d28d172789f06886806bc55";
const PATHS = ["a", "a/.no", "a/x", "a/sub/y", "ab", "c", "c/CACHEDIR.TAG", "c/z", "d", "d/CACHEDIR.TAG", "d/z"];

const objects = new Objects(new MemoryRepository(), vectorMaterial("none"));

async function item(path: string): Promise<Item> {
  const common = { path, uid: 0, gid: 0, user: null, group: null, mtime: 0n };
  if (!path.endsWith("TAG")) return { ...common, mode: path.endsWith(".no") ? 0o100644 : 0o40755 };
  const plaintext = new TextEncoder().encode(path.startsWith("c") ? `${SIGNATURE}\n` : "something else");
  const { id, csize } = await objects.write(plaintext, { name: "none" });
  return { ...common, mode: 0o100644, chunks: [{ id, size: plaintext.length, csize }] };
}

/** The paths that stay. */
async function kept(tags: Partial<TagRules>, isWanted = (_: Item) => true): Promise<string[]> {
  const rules = { caches: false, names: [], keep: false, ...tags };
  const items = await Promise.all(PATHS.map(item));
  const batches = async function* () {
    yield await Promise.resolve(items);
  };
  const tagged = await findTagged(objects, batches(), rules, isWanted);
  const matcher = new PatternMatcher(true);
  matcher.addPatterns(tagged.rules(rules.keep));
  return PATHS.filter((path) => matcher.match(path).verdict === "include");
}

describe("tagged directories", () => {
  it("are left out with all that is in them", async () => {
    assert.deepEqual(await kept({ names: [".no"] }), PATHS.filter((path) => path !== "a" && !path.startsWith("a/")));
  });

  it("stay with their tags if that is wanted", async () => {
    const expected = PATHS.filter((path) => !["a/x", "a/sub/y"].includes(path));
    assert.deepEqual(await kept({ names: [".no"], keep: true }), expected);
  });

  it("are caches only if the tag says so", async () => {
    assert.deepEqual(await kept({ caches: true }), PATHS.filter((path) => path !== "c" && !path.startsWith("c/")));
  });

  it("are none if there are no tags, or only tags that are left out", async () => {
    assert.deepEqual(await kept({}), PATHS);
    assert.deepEqual(await kept({ names: [".no"] }, ({ path }) => path !== "a/.no"), PATHS);
  });
});
