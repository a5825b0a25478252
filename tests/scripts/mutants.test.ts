import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, it } from "node:test";
import { mutate } from "../../scripts/torture/mutants.ts";
import { MUTANTS } from "../../scripts/torture/mutant_list.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

describe("a mutant", () => {
  for (const { name, patches, test } of MUTANTS) {
    it(`can still be made: ${name}`, () => {
      assert.ok(existsSync(ROOT + test), test);
      for (const patch of patches) {
        const source = readFileSync(ROOT + patch.file, "utf8");
        assert.notEqual(mutate(source, patch), source);
      }
    });
  }

  it("cannot be made of what is not there, or is there twice", () => {
    const patch = { file: "x.ts", from: "a", to: "b" };
    for (const source of ["", "aa"]) assert.throws(() => mutate(source, patch), /^Error: x.ts has (0|2) times: a$/);
  });
});
