import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CacheConfig } from "../../src/cache/cache_config.ts";
import { fromHex } from "../../src/encoding/bytes.ts";

const ID = "ee089e9e4b648644ff8c4e93a91d3bcbde58ae9e8a0703a62788db2a22743bfe";
const MANIFEST = "b2c2d071295fd4028a68ab41fe50cd3a4b19bf502a4f66947aedd297e8daeb45";
const DIGEST = '{"algorithm": "XXH64", "digests": {"final": "1584eb8421a2e3ef"}}';
/** As BorgBackup 1.2.4 wrote it. */
const TEXT = `[cache]
version = 1
repository = ${ID}
manifest = ${MANIFEST}
previous_location = /r1
timestamp = 2026-11-20T12:48:27.723030
ignored_features = 
mandatory_features = 
key_type = 5

[integrity]
manifest = ${MANIFEST}
chunks = ${DIGEST}
files = ${DIGEST}

`;
const parse = (text: string) => CacheConfig.parse(text, fromHex(ID));

describe("the configuration of a cache", () => {
  it("is written as BorgBackup writes it", () => {
    assert.equal(parse(TEXT)!.format(), TEXT);
  });

  it("tells what the cache belongs to", () => {
    const config = parse(TEXT)!;
    assert.deepEqual(config.manifestId, fromHex(MANIFEST));
    assert.deepEqual(config.memory, { location: "/r1", timestamp: "2026-11-20T12:48:27.723030", keyType: 5 });
    assert.deepEqual([...config.digests.keys()], ["chunks", "files"]);
  });

  it("may belong to no manifest yet, and have features", () => {
    const config = new CacheConfig(fromHex(ID));
    config.ignoredFeatures.add("b").add("a");
    config.mandatoryFeatures.add("c");
    const again = parse(config.format())!;
    assert.equal(again.manifestId, undefined);
    assert.deepEqual(again.memory, {});
    assert.deepEqual([...again.ignoredFeatures, ...again.mandatoryFeatures], ["a", "b", "c"]);
  });

  it("has no digests if an older program changed the cache", () => {
    const changed = TEXT.replace(`manifest = ${MANIFEST}`, `manifest = ${ID}`);
    assert.equal(parse(changed)!.digests.size, 0);
    assert.deepEqual(parse(changed)!.manifestId, fromHex(ID));
  });

  it("is not one of this repository's cache in any other case", () => {
    for (
      const text of [
        "",
        "rubbish",
        "[cache]\nversion = 2\n",
        TEXT.replace("version = 1", "version = 2"),
        TEXT.replace(ID, MANIFEST),
      ]
    ) {
      assert.equal(parse(text), undefined);
    }
  });
});
