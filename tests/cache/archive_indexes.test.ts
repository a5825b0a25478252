import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ArchiveIndexes } from "../../src/cache/archive_indexes.ts";
import { ChunkIndex, type ChunkUse } from "../../src/cache/chunk_index.ts";
import { SILENT } from "../../src/cache/listener.ts";
import { OldSums } from "../../src/cache/old_sums.ts";
import { concat, toHex } from "../../src/encoding/bytes.ts";
import { HashIndex } from "../../src/encoding/hash_index.ts";
import { encodeCompact, HEADER_LENGTH } from "../../src/encoding/hash_index_file.ts";
import { digestFile } from "../../src/encoding/integrity.ts";
import { idOf } from "../archive/items.ts";

const textOf = ([id, use]: [Uint8Array, ChunkUse]) => `${toHex(id)} ${use.refcount} ${use.size} ${use.csize}`;

describe("the counts of single archives", () => {
  let folder: string;
  let indexes: ArchiveIndexes;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "vinculum-test-"));
    indexes = new ArchiveIndexes(join(folder, "chunks.archive.d"), SILENT);
    assert.equal(indexes.usable, true);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const sample = () => {
    const index = ChunkIndex.create();
    for (let i = 0; i < 100; i++) index.add(idOf(i * 31), i + 1, i, i + 2);
    return index;
  };
  const names = () => readdirSync(indexes.path).sort();
  const merged = (id: Uint8Array) => {
    const target = ChunkIndex.create();
    return indexes.merge(id, target) ? Array.from(target.entries(), textOf).sort() : undefined;
  };
  const write = (name: string, content: Uint8Array, digested = true) => {
    writeFileSync(join(indexes.path, name), content);
    const digest = digestFile(name, content, HEADER_LENGTH);
    if (digested) writeFileSync(join(indexes.path, `${name}.integrity`), digest);
  };

  it("are added to others", () => {
    indexes.save(idOf(1), sample());
    indexes.save(idOf(2), ChunkIndex.create());
    assert.deepEqual(merged(idOf(1)), Array.from(sample().entries(), textOf).sort());
    assert.deepEqual(merged(idOf(2)), []);
    assert.equal(merged(idOf(3)), undefined);
  });

  it("are converted from the whole tables of older programs", () => {
    const name = toHex(idOf(1));
    write(name, concat(...sample().encode()));
    assert.deepEqual(merged(idOf(1)), Array.from(sample().entries(), textOf).sort());
    assert.deepEqual(names(), [`${name}.compact`, `${name}.compact.integrity`]);
    assert.deepEqual(merged(idOf(1)), Array.from(sample().entries(), textOf).sort());
  });

  it("are not trusted without the right digest, or when they are something else", () => {
    const name = `${toHex(idOf(1))}.compact`;
    const compact = encodeCompact(sample().table);
    const broken: (() => void)[] = [
      () => write(name, compact, false),
      () => write(name, compact.subarray(1)),
      () => write(name, encodeCompact(HashIndex.create(2))),
      () => {
        write(name, compact);
        writeFileSync(join(indexes.path, `${name}.integrity`), "no digest");
      },
    ];
    for (const breakIt of broken) {
      breakIt();
      assert.equal(merged(idOf(1)), undefined);
      assert.deepEqual(names(), []);
    }
  });

  it("go with their archives, together with what does not belong there", () => {
    for (const number of [1, 2]) indexes.save(idOf(number), sample());
    writeFileSync(join(indexes.path, `${toHex(idOf(1))}.tmp`), "");
    mkdirSync(join(indexes.path, "folder"));
    indexes.keepOnly([idOf(1)]);
    assert.deepEqual(names(), [".compact", ".compact.integrity"].map((end) => toHex(idOf(1)) + end));
    indexes.clear();
    assert.deepEqual(names(), []);
  });
});

it("sums of old archives survive in their file, and rubbish in it does no harm", () => {
  const folder = mkdtempSync(join(tmpdir(), "vinculum-test-"));
  const path = join(folder, "pre12-meta");
  const sums = { size: 1, csize: 2, nfiles: 3, sizeParts: 4, csizeParts: 5, nfilesParts: 6 };
  const written = new OldSums(path);
  written.set(idOf(1), sums);
  written.set(idOf(2), sums);
  written.keepOnly([idOf(1)]);
  written.save();
  assert.deepEqual(new OldSums(path).get(idOf(1)), sums);
  assert.equal(new OldSums(path).get(idOf(2)), undefined);
  for (const rubbish of ["", "[", "[1]", "null", `{"${toHex(idOf(1))}": {"size": "x"}}`]) {
    writeFileSync(path, rubbish);
    assert.equal(new OldSums(path).get(idOf(1)), undefined);
  }
  rmSync(folder, { recursive: true });
});
