import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ours, theirs } from "../../../interop/harness.ts";
import { randomBytes } from "../../../interop/write_tree.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { Pair } from "../backup/pair.ts";
import { shell } from "../backup/tree.ts";

const MIB = 1 << 20;
/** Longer than any chunk. */
const LENGTH = 24 * MIB;

describe("what is stored already is not stored again", requirePeer("borg"), () => {
  let pair: Pair;
  before(() => {
    pair = new Pair();
    writeFileSync(join(pair.source, "image"), randomBytes(1)(LENGTH));
    assert.ok(added("first", "image") >= LENGTH);
  });
  after(() => {
    pair.verify();
    pair.remove();
  });

  /** How many bytes a backup of `paths` adds. */
  function added(name: string, ...paths: string[]): number {
    const { status, stdout } = pair.run(ours, ["create", "-C", "none", "--json", `@::${name}`, ...paths]);
    assert.equal(status, 0);
    return (JSON.parse(stdout) as { archive: { stats: { deduplicated_size: number } } }).archive.stats
      .deduplicated_size;
  }

  it("under another name, in another folder", () => {
    shell(pair.source, "mkdir -p other/folder; mv image other/folder/renamed");
    assert.equal(added("moved", "other"), 0);
    shell(pair.source, "mv other/folder/renamed image");
  });

  it("from another path, with another owner and at another time", () => {
    shell(pair.source, "mkdir elsewhere; cp image elsewhere/copy; chmod 600 elsewhere/copy");
    assert.equal(added("copied", join(pair.source, "elsewhere")), 0);
  });

  it("at another offset: only the chunk around the insertion is new", () => {
    shell(pair.source, "{ echo inserted; cat image; } >shifted");
    assert.ok(added("shifted", "shifted") <= 8 * MIB + 100);
    shell(pair.source, "{ head -c 12M image; echo middle; tail -c +12582913 image; } >split");
    assert.ok(added("split", "split") <= 16 * MIB + 200);
  });

  it("inside of a larger file, and a tar of it", () => {
    shell(pair.source, "{ head -c 9M /dev/zero; cat image; head -c 3M /dev/zero; } >larger; tar cf tarred image");
    const sizes = [added("larger", "larger"), added("tarred", "tarred")];
    for (const size of sizes) assert.ok(size <= 20 * MIB, sizes.join());
  });

  it("by a second program", () => {
    const args = ["create", "-C", "none", `${pair.repository(ours)}::theirs`, "image"];
    const base = pair.sandbox.folder("base-ours");
    const before = shell(pair.source, `du -sb '${pair.repository(ours)}/data' | cut -f1`);
    pair.sandbox.succeed(theirs, args, { base, cwd: pair.source });
    const after = shell(pair.source, `du -sb '${pair.repository(ours)}/data' | cut -f1`);
    assert.ok(Number(after) - Number(before) < 10_000);
  });
});
