import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { concat, toHex } from "../../../src/encoding/bytes.ts";
import {
  COMMIT_ENTRY,
  DamagedEntry,
  DELETE,
  HEAD_LENGTH,
  PUT,
  SEGMENT_MAGIC,
  writeHead,
} from "../../../src/repository/local/entry.ts";
import type { FileLayer } from "../../../src/repository/local/files.ts";
import { nodeFiles } from "../../../src/repository/local/node_files.ts";
import { SegmentWriter } from "../../../src/repository/local/segment_writer.ts";
import { Segments } from "../../../src/repository/local/segments.ts";
import { type FoundObject, MANIFEST_ID } from "../../../src/repository/repository.ts";
import { bytes, id, withScratch } from "../scratch.ts";

function entry(tag: number, key: Uint8Array, data?: Uint8Array): Uint8Array {
  const head = new Uint8Array(HEAD_LENGTH);
  writeHead(head, 0, tag, key, data);
  return concat(head, data ?? new Uint8Array(0));
}

function withSegments(
  use: (segments: Segments, path: string, directory: string) => void,
  perDirectory = 1000,
): Promise<void> {
  return withScratch((path) => {
    mkdirSync(join(path, "data", "0"), { recursive: true });
    const segments = new Segments(nodeFiles, path, perDirectory);
    use(segments, join(path, "data"), join(path, "data", "0"));
    segments.close();
  });
}

function listAll(segments: Segments, segment: number): string[] {
  return [...segments.entries(segment)].map(({ tag, offset, size, id }) =>
    `${tag} ${offset} ${size} ${toHex(id.subarray(0, 2))}`
  );
}

function copied(found: FoundObject): Uint8Array {
  const target = new Uint8Array(found.length);
  found.copyTo(target);
  return target;
}

describe("SegmentWriter", () => {
  it("writes the bytes of the format", () =>
    withSegments((segments, _, directory) => {
      const writer = new SegmentWriter(nodeFiles, segments, 0, 1000);
      assert.deepEqual(writer.put(id(1), bytes(10)), { segment: 0, offset: 8 });
      assert.deepEqual(writer.delete(id(1)), { segment: 0, offset: 59 });
      assert.equal(writer.commit(), 1);
      const expected = concat(SEGMENT_MAGIC, entry(PUT, id(1), bytes(10)), entry(DELETE, id(1)));
      assert.deepEqual(new Uint8Array(readFileSync(join(directory, "0"))), expected);
      assert.deepEqual(new Uint8Array(readFileSync(join(directory, "1"))), concat(SEGMENT_MAGIC, COMMIT_ENTRY));
    }));

  it("opens a new segment once the limit is passed, and for the manifest", () =>
    withSegments((segments) => {
      const writer = new SegmentWriter(nodeFiles, segments, 5, 100);
      assert.equal(writer.put(id(1), bytes(51)).segment, 5);
      // 100 bytes are not more than the limit.
      assert.equal(writer.put(id(2), bytes(1)).segment, 5);
      assert.ok(writer.mustRollOver(id(3)));
      assert.equal(writer.put(id(3), bytes(1)).segment, 6);
      assert.equal(writer.delete(MANIFEST_ID).segment, 7);
      assert.equal(writer.put(MANIFEST_ID, bytes(1)).segment, 8);
      assert.equal(writer.put(id(4), bytes(1)).segment, 8);
      assert.equal(writer.commitInPlace(), 8);
      assert.equal(writer.commit(), 9);
      assert.equal(statSync(segments.pathOf(9)).size, 17);
    }));

  it("writes objects of every size around its buffer", () =>
    withSegments((segments) => {
      const writer = new SegmentWriter(nodeFiles, segments, 0, 1 << 30);
      const lengths = [0, 1, (1 << 20) - 8 - 41 * 3 - 2, 0, 1, 5, 1 << 20, (1 << 20) + 1, (1 << 20) - 41, 3 << 20, 7];
      const places = lengths.map((length, i) => writer.put(id(i), bytes(length, i)));
      writer.commit();
      for (const [i, { segment, offset }] of places.entries()) {
        assert.deepEqual(segments.readObject(segment, offset, id(i)), bytes(lengths[i]!, i));
      }
    }));

  it("gathers small entries for one write", () =>
    withSegments((segments) => {
      let writes = 0;
      const files: FileLayer = {
        ...nodeFiles,
        write: (...args) => {
          writes++;
          nodeFiles.write(...args);
        },
      };
      const writer = new SegmentWriter(files, segments, 0, 1 << 30);
      for (let i = 0; i < 1000; i++) writer.put(id(i), bytes(100, i));
      writer.close();
      assert.equal(writes, 1);
    }));

  it("lets be read what was flushed", () =>
    withSegments((segments) => {
      const writer = new SegmentWriter(nodeFiles, segments, 0, 1 << 30);
      const first = writer.put(id(1), bytes(10));
      writer.flush(first.segment);
      assert.deepEqual(segments.readObject(0, first.offset, id(1)), bytes(10));
      const second = writer.put(id(2), bytes(20));
      writer.flush(first.segment);
      assert.deepEqual(segments.readObject(0, second.offset, id(2)), bytes(20));
      writer.abandon();
    }));

  it("never overwrites a segment", () =>
    withSegments((segments, _, directory) => {
      writeFileSync(join(directory, "3"), "somebody's");
      const writer = new SegmentWriter(nodeFiles, segments, 3, 1000);
      assert.throws(() => writer.put(id(1), bytes(1)), { code: "EEXIST" });
      assert.equal(readFileSync(join(directory, "3"), "utf8"), "somebody's");
    }));

  it("spreads segments over directories", () =>
    withSegments((segments, data) => {
      const writer = new SegmentWriter(nodeFiles, segments, 8, 0);
      for (let i = 0; i < 4; i++) writer.put(id(i), bytes(1));
      writer.commit();
      assert.deepEqual(readdirSync(data).sort(), ["0", "2", "3"]);
      assert.deepEqual(segments.numbers(), [8, 9, 10, 11, 12]);
      segments.removeEmptyDirectories();
      assert.deepEqual(readdirSync(data).sort(), ["2", "3"]);
    }, 4));
});

describe("Segments", () => {
  it("ignores foreign names", () =>
    withSegments((segments, data, directory) => {
      writeFileSync(join(directory, "7"), "");
      writeFileSync(join(directory, "10"), "");
      for (const name of ["x", "7.tmp", "07", "-1"]) writeFileSync(join(directory, name), "");
      writeFileSync(join(data, "1"), "");
      mkdirSync(join(data, "other"));
      assert.deepEqual(segments.numbers(), [7, 10]);
    }));

  it("takes an empty file for a missing one", () =>
    withSegments((segments, _, directory) => {
      writeFileSync(join(directory, "7"), "");
      assert.equal(segments.exists(7), false);
      assert.deepEqual(listAll(segments, 7), []);
      assert.deepEqual(listAll(segments, 8), []);
    }));

  it("tells committed segments from others", () =>
    withSegments((segments, _, directory) => {
      const put = entry(PUT, id(1), bytes(3));
      const cases: [content: Uint8Array, committed: boolean][] = [
        [concat(SEGMENT_MAGIC, COMMIT_ENTRY), true],
        [concat(SEGMENT_MAGIC, put, COMMIT_ENTRY), true],
        [concat(SEGMENT_MAGIC, put, COMMIT_ENTRY, COMMIT_ENTRY), true],
        [concat(SEGMENT_MAGIC, COMMIT_ENTRY, put), false],
        [concat(SEGMENT_MAGIC, COMMIT_ENTRY, put, COMMIT_ENTRY), false],
        [concat(SEGMENT_MAGIC, put), false],
        [concat(SEGMENT_MAGIC, put.with(20, 99), COMMIT_ENTRY), false],
        [concat(SEGMENT_MAGIC, new Uint8Array(5), COMMIT_ENTRY), false],
        [concat(new Uint8Array(8), COMMIT_ENTRY), false],
        [SEGMENT_MAGIC, false],
        [new Uint8Array(0), false],
      ];
      for (const [i, [content, committed]] of cases.entries()) {
        writeFileSync(join(directory, "4"), content);
        assert.equal(segments.lastCommitted(), committed ? 4 : undefined, `case ${i}`);
      }
      writeFileSync(join(directory, "3"), concat(SEGMENT_MAGIC, COMMIT_ENTRY));
      assert.equal(segments.lastCommitted(), 3);
    }));

  it("refuses damaged segments with the place of the damage", () =>
    withSegments((segments, _, directory) => {
      const sound = concat(SEGMENT_MAGIC, entry(PUT, id(1), bytes(30)), entry(DELETE, id(2)), COMMIT_ENTRY);
      const path = join(directory, "2");
      const problemOf = (content: Uint8Array): number => {
        writeFileSync(path, content);
        try {
          listAll(segments, 2);
          return -1;
        } catch (error) {
          assert.ok(error instanceof DamagedEntry && error.segment === 2);
          return error.offset;
        }
      };
      assert.equal(problemOf(sound), -1);
      for (let i = 0; i < sound.length; i++) {
        const offset = i < 8 ? 0 : i < 79 ? 8 : i < 120 ? 79 : 120;
        assert.equal(problemOf(sound.with(i, sound[i]! ^ 0x10)), offset, `byte ${i} changed`);
      }
      for (let length = 1; length < sound.length; length++) {
        const isWhole = [8, 79, 120].includes(length);
        const offset = length < 8 ? 0 : length < 79 ? 8 : length < 120 ? 79 : 120;
        assert.equal(problemOf(sound.subarray(0, length)), isWhole ? -1 : offset, `cut to ${length}`);
      }
      const unknownTag = entry(3, id(1), bytes(4));
      assert.equal(problemOf(concat(SEGMENT_MAGIC, unknownTag)), 8);
    }));

  it("refuses to read another entry than the one wanted", () =>
    withSegments((segments, _, directory) => {
      const large = entry(PUT, id(2), bytes(100_000));
      const content = concat(SEGMENT_MAGIC, entry(PUT, id(1), bytes(30)), entry(DELETE, id(1)), large);
      writeFileSync(join(directory, "0"), content);
      assert.deepEqual(segments.readObject(0, 8, id(1)), bytes(30));
      assert.deepEqual(segments.readObject(0, 120, id(2)), bytes(100_000));
      assert.equal(segments.entrySize(0, 120, id(2)), 100_041);
      for (
        const [offset, wanted] of [[8, id(2)], [79, id(1)], [9, id(1)], [content.length, id(1)], [120, id(1)]] as const
      ) {
        assert.throws(() => segments.readObject(0, offset, wanted), DamagedEntry);
        assert.throws(() => segments.entrySize(0, offset, wanted), DamagedEntry);
      }
      assert.throws(() => segments.readObject(1, 8, id(1)), DamagedEntry);
      truncateSync(join(directory, "0"), content.length - 1);
      assert.throws(() => segments.readObject(0, 120, id(2)), DamagedEntry);
      content[50_000]! ^= 1;
      writeFileSync(join(directory, "0"), content);
      assert.throws(() => segments.readObject(0, 120, id(2)), DamagedEntry);
    }));

  it("finds objects, and reads those that lie behind one another with few calls", () => {
    let reads = 0;
    const read: FileLayer["read"] = (...args) => {
      reads++;
      return nodeFiles.read(...args);
    };
    return withSegments((_segments, _files, directory) => {
      const lengths = Array.from({ length: 1000 }, (_, i) => i === 500 ? 900_000 : (i * 37) % 900);
      const entries = lengths.map((length, i) => entry(PUT, id(i), bytes(length, i)));
      writeFileSync(join(directory, "0"), concat(SEGMENT_MAGIC, ...entries));
      const segments = new Segments({ ...nodeFiles, read }, join(directory, "../.."), 1000);
      let offset = SEGMENT_MAGIC.length;
      for (const [i, length] of lengths.entries()) {
        assert.deepEqual(copied(segments.findObject(0, offset, id(i))), bytes(length, i));
        offset += entries[i]!.length;
      }
      assert.ok(reads < 12, `${reads} reads`);
      segments.close();
    });
  });

  it("does not find what is no object, or is damaged", () =>
    withSegments((segments, _, directory) => {
      const large = entry(PUT, id(2), bytes(100_000));
      const content = concat(SEGMENT_MAGIC, entry(PUT, id(1), bytes(30)), entry(DELETE, id(1)), large);
      writeFileSync(join(directory, "0"), content);
      for (
        const [offset, wanted] of [[8, id(2)], [79, id(1)], [9, id(1)], [content.length, id(1)], [120, id(1)]] as const
      ) {
        assert.throws(() => copied(segments.findObject(0, offset, wanted)), DamagedEntry);
      }
      assert.throws(() => segments.findObject(1, 8, id(1)), DamagedEntry);
      truncateSync(join(directory, "0"), content.length - 1);
      assert.throws(() => copied(segments.findObject(0, 120, id(2))), DamagedEntry);
      content[50_000]! ^= 1;
      segments.close();
      writeFileSync(join(directory, "0"), content);
      assert.throws(() => copied(segments.findObject(0, 120, id(2))), DamagedEntry);
    }));

  it("keeps a bounded number of files open", () =>
    withSegments((segments, _, directory) => {
      for (let i = 0; i < 200; i++) {
        writeFileSync(join(directory, String(i)), concat(SEGMENT_MAGIC, entry(PUT, id(i), bytes(3, i))));
      }
      const before = readdirSync("/dev/fd").length;
      for (let round = 0; round < 2; round++) {
        for (let i = 0; i < 200; i++) {
          assert.deepEqual(segments.readObject(i, 8, id(i)), bytes(3, i));
        }
      }
      assert.ok(readdirSync("/dev/fd").length - before <= 64);
      segments.close();
      assert.equal(readdirSync("/dev/fd").length, before);
    }));
});
