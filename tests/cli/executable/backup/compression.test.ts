import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ours, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { Pair } from "./pair.ts";

/** Codecs with their lowest and highest levels. BorgBackup 1.2 reads the obfuscated ones, but cannot write the last. */
const PLAIN = ["none", "lz4", "zstd,1", "zstd,22", "zlib,1", "zlib", "lzma,0", "lzma,9", "auto,zstd,22"];
const OBFUSCATED = ["obfuscate,1,none", "obfuscate,123,auto,zstd,3", "obfuscate,250,zlib,9"];

const LENGTH = 300_000;

describe("every compression", requirePeer("borg"), () => {
  let pair: Pair;
  before(() => pair = new Pair("repokey-blake2"));
  after(() => {
    pair.verify();
    pair.remove();
  });

  /** Stored lengths of the file's chunks, by BorgBackup. */
  const stored = (program: typeof ours, name: string) =>
    pair.dump(program, name)._items.flatMap(({ chunks }) => chunks ?? []).reduce((sum, [, , csize]) => sum + csize!, 0);

  const plantWords = () => {
    const words = Array.from({ length: LENGTH / 10 }, () => randomBytes(5).toString("hex"));
    writeFileSync(join(pair.source, "file"), words.join(""));
  };

  for (const spec of PLAIN) {
    it(`takes about the room that it takes with BorgBackup: ${spec}`, () => {
      plantWords();
      for (const program of [ours, theirs]) pair.run(program, ["create", "-C", spec, `@::${spec}`, "file"]);
      const [mine, other] = [stored(ours, spec), stored(theirs, spec)];
      assert.ok(mine < 1.03 * other && mine > 0.85 * other, `${mine} is not about ${other}`);
    });
  }

  for (const spec of OBFUSCATED) {
    it(`is undone by BorgBackup: ${spec}`, () => {
      plantWords();
      assert.equal(pair.run(ours, ["create", "-C", spec, `@::${spec}`, "file"]).status, 0);
      assert.ok(stored(ours, spec) > (spec.endsWith("none") ? LENGTH : LENGTH / 2)); // `verify` reads it.
    });
  }

  it("may differ from archive to archive, and what is there already stays as it is", () => {
    writeFileSync(join(pair.source, "file"), "again and again ".repeat(20_000));
    pair.same(["create", "-C", "none", "@::mixed-1", "file"]);
    pair.same(["create", "-C", "lzma,9", "@::mixed-2", "file"]);
    for (const program of [ours, theirs]) {
      assert.equal(stored(program, "mixed-2"), stored(program, "mixed-1"));
      assert.ok(stored(program, "mixed-1") > 300_000);
    }
  });

  it("hides lengths: the same contents take different room", () => {
    const lengths = ["one", "two", "three"].map((name) => {
      const fresh = new Pair();
      try {
        writeFileSync(join(fresh.source, "file"), "the same ".repeat(5000));
        fresh.run(ours, ["create", "-C", "obfuscate,114,lz4", `@::${name}`, "file"]);
        return fresh.dump(ours, name)._items[0]!.chunks![0]![2];
      } finally {
        fresh.remove();
      }
    });
    assert.equal(new Set(lengths).size, 3);
  });
});
