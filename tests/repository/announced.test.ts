import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { announced } from "../../src/repository/announced.ts";
import { id } from "./scratch.ts";

describe("announced", () => {
  it("gives all ids in order, and announces each long before its turn", () => {
    for (const count of [0, 1, 1000, 1001, 4321]) {
      const ids = Array.from({ length: count }, (_, i) => id(i));
      const known: Uint8Array[] = [];
      const given: Uint8Array[] = [];
      for (const each of announced({ preload: (more) => void known.push(...more) }, ids)) {
        given.push(each);
        assert.ok(known.length >= Math.min(count, given.length + 1000));
        assert.ok(known.length <= given.length + 2000);
      }
      assert.deepEqual(given, ids);
      assert.deepEqual(known, ids);
    }
  });
});
