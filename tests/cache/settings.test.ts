import assert from "node:assert/strict";
import { it } from "node:test";
import { readCacheSettings } from "../../src/cache/settings.ts";

it("cache settings come from the environment", () => {
  assert.deepEqual(readCacheSettings({}), { filesSuffix: undefined, filesTtl: 20, useArchiveIndexes: true });
  assert.deepEqual(
    readCacheSettings({ BORG_FILES_CACHE_SUFFIX: "a", BORG_FILES_CACHE_TTL: "3", BORG_USE_CHUNKS_ARCHIVE: "no" }),
    { filesSuffix: "a", filesTtl: 3, useArchiveIndexes: false },
  );
  assert.throws(() => readCacheSettings({ BORG_FILES_CACHE_TTL: "many" }), RangeError);
});
