import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { TamMarker } from "../../src/crypto/tam_marker.ts";
import { temporaryFolder } from "./memory_store.ts";

describe("TamMarker", () => {
  it("comes and goes, and may be told twice", () => {
    const root = temporaryFolder();
    try {
      const folder = join(root, "security");
      const marker = new TamMarker(folder);
      assert.equal(marker.exists, false);
      marker.remember(false);
      for (const _ of [1, 2]) {
        marker.remember(true);
        assert.equal(marker.exists, true);
        assert.equal(readFileSync(join(folder, "tam_required")).length, 0);
      }
      marker.remember(false);
      assert.deepEqual(readdirSync(folder), []);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
