import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { concat, toHex } from "../../../src/encoding/bytes.ts";
import { decodeIndex, encodeIndex } from "../../../src/encoding/hash_index_file.ts";
import type { CheckOptions } from "../../../src/repository/repository.ts";
import { writeSynced } from "../../../src/repository/local/durable.ts";
import { COMMIT_ENTRY, HEAD_LENGTH, PUT, SEGMENT_MAGIC, writeHead } from "../../../src/repository/local/entry.ts";
import { readParts, readWhole } from "../../../src/repository/local/files.ts";
import { Segments } from "../../../src/repository/local/segments.ts";
import { salvageSegment } from "../../../src/repository/local/salvage.ts";
import { FileError, MemoryFiles } from "../memory_files.ts";
import { bytes, createLocal, id, Recorder, withLocal } from "../scratch.ts";

const PATH = "/repository";

/** What a check tells when all is well. */
const SOUND = ["check.started", "check.allSegments", "check.indexStarted", "check.countMatch", "check.finished"];

/** Segments 0 (ids 0 to 4), 1 (commit), 2 (DELETE 0, id 5), 3 (commit). */
async function sample(): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  const repository = await createLocal(PATH, { files });
  for (let i = 0; i < 5; i++) await repository.put(id(i), bytes(100, i));
  await repository.commit();
  await repository.delete(id(0));
  await repository.put(id(5), bytes(100, 5));
  await repository.commit();
  await repository.close();
  return files;
}

async function check(files: MemoryFiles, options: CheckOptions = {}): Promise<{ sound: boolean; heard: Recorder }> {
  const heard = new Recorder();
  const sound = await withLocal(PATH, { files, listener: heard }, (repository) => repository.check(options));
  return { sound, heard };
}

function change(files: MemoryFiles, segment: number, edit: (content: Uint8Array) => Uint8Array): void {
  const path = `${PATH}/data/0/${segment}`;
  writeSynced(files, path, edit(readWhole(files, path).slice()));
}

const flip = (at: number) => (content: Uint8Array) => content.with(at, content[at]! ^ 0x40);

async function numbers(files: MemoryFiles): Promise<number[]> {
  return await withLocal(PATH, { files }, async (repository) => {
    const found = [];
    for (let i = 0; i < 6; i++) {
      const data = await repository.get(id(i)).catch((error) => error.code);
      if (data !== "Repository.ObjectNotFound") assert.deepEqual(data, bytes(100, i));
      if (typeof data !== "string") found.push(i);
    }
    assert.equal(await repository.count(), found.length);
    return found;
  });
}

async function assertRepaired(files: MemoryFiles, expected: readonly number[]): Promise<void> {
  const { sound, heard } = await check(files, { repair: true });
  assert.equal(sound, true);
  assert.equal(heard.names.at(-1), "check.repaired");
  assert.deepEqual(await numbers(files), expected);
  const again = await check(files);
  assert.deepEqual([again.sound, again.heard.names], [true, SOUND]);
  await withLocal(PATH, { files }, async (repository) => {
    await repository.put(id(9), bytes(9));
    await repository.commit({ compact: true, threshold: 0 });
    await repository.delete(id(9));
    await repository.commit();
  });
  assert.deepEqual(await numbers(files), expected);
}

describe("check", () => {
  it("finds nothing in a sound repository", async () => {
    const files = await sample();
    const { sound, heard } = await check(files);
    assert.equal(sound, true);
    assert.deepEqual(heard.names, SOUND);
    assert.deepEqual(heard.steps, [0, 1, 2, 3].map((i) => `repository.check ${i}/4`).concat("repository.check done"));
    assert.deepEqual(await check(files, { repair: true }).then(({ sound, heard }) => [sound, heard.names.at(-1)]), [
      true,
      "check.finished",
    ]);
    assert.deepEqual(await numbers(files), [1, 2, 3, 4, 5]);
  });

  it("complains about a repository without a commit", async () => {
    const files = new MemoryFiles();
    await (await createLocal(PATH, { files })).close();
    const { sound, heard } = await check(files);
    assert.deepEqual([sound, heard.names], [false, ["check.started", "check.noData"]]);
  });

  it("finds a damaged byte, and saves the other objects of its segment", async () => {
    const files = await sample();
    change(files, 0, flip(8 + 141 + 60));
    const { sound, heard } = await check(files);
    assert.equal(sound, false);
    const problems = heard.messages.filter(({ message }) => message === "check.segmentDamaged");
    assert.deepEqual(problems.map(({ data }) => data), [["Segment entry checksum mismatch [segment 0, offset 149]"]]);
    assert.ok(heard.names.includes("check.countMismatch") && heard.names.includes("check.entryMismatch"));
    assert.equal(heard.names.at(-1), "check.problemsFound");
    assert.equal(await withLocal(PATH, { files }, (repository) => repository.count()), 5);
    await assertRepaired(files, [2, 3, 4, 5]);
  });

  it("saves what it can from every kind of damage", async () => {
    const entry = 141;
    const cases: [name: string, edit: (content: Uint8Array) => Uint8Array, expected: number[]][] = [
      ["a changed size", flip(8 + entry + 5), [2, 3, 4, 5]],
      ["a changed tag", flip(8 + 2 * entry + 8), [1, 3, 4, 5]],
      ["a changed id", flip(8 + 3 * entry + 20), [1, 2, 4, 5]],
      ["a cut end", (content) => content.slice(0, content.length - 1), [1, 2, 3, 5]],
      ["a cut header", (content) => content.slice(0, 8 + 4 * entry + 3), [1, 2, 3, 5]],
      ["bytes between", (content) => concat(content.slice(0, 8 + entry), bytes(77), content.slice(8 + entry)), [
        1,
        2,
        3,
        4,
        5,
      ]],
      ["bytes behind", (content) => concat(content, bytes(5)), [1, 2, 3, 4, 5]],
      ["no magic", (content) => content.fill(0, 0, 8), [1, 2, 3, 4, 5]],
      ["nothing but garbage", (content) => bytes(content.length), [5]],
      ["a few bytes", (content) => content.slice(0, 12), [5]],
    ];
    for (const [name, edit, expected] of cases) {
      const files = await sample();
      change(files, 0, edit);
      const { sound } = await check(files);
      assert.equal(sound, false, name);
      await assertRepaired(files, expected);
    }
  });

  it("brings an object back whose DELETE is damaged", async () => {
    const files = await sample();
    change(files, 2, flip(20));
    await assertRepaired(files, [0, 1, 2, 3, 4, 5]);
  });

  it("deletes what was not committed when it repairs", async () => {
    const files = await sample();
    await withLocal(PATH, { files }, (repository) => repository.put(id(1), bytes(1)));
    assert.ok(files.list(`${PATH}/data/0`).includes("4"));
    await check(files, { repair: true });
    assert.deepEqual(files.list(`${PATH}/data/0`).sort(), ["0", "1", "2", "3"]);
  });

  it("deletes files without a byte when it repairs", async () => {
    const files = await sample();
    change(files, 0, () => new Uint8Array(0));
    await check(files, { repair: true });
    assert.deepEqual(files.list(`${PATH}/data/0`).sort(), ["1", "2", "3"]);
    assert.deepEqual(await numbers(files), [5]);
  });

  it("adds a commit when none is left, after what the index covers", async () => {
    const files = await sample();
    for (const segment of [1, 3]) change(files, segment, flip(12));
    assert.equal((await check(files)).sound, false);
    const { heard } = await check(files, { repair: true });
    const added = heard.messages.filter(({ message }) => message === "check.commitAdded");
    assert.deepEqual(added.map(({ data }) => data), [[4]]);
    assert.deepEqual(await numbers(files), [1, 2, 3, 4, 5]);
  });

  it("adds a commit behind the last segment when nothing else is left", async () => {
    const files = await sample();
    for (const segment of [1, 3]) change(files, segment, flip(12));
    for (const kind of ["index", "hints", "integrity"]) files.unlink(`${PATH}/${kind}.3`);
    await assertRepaired(files, [1, 2, 3, 4, 5]);
  });

  it("finds differences between index and log", async () => {
    const files = await sample();
    const index = decodeIndex(readParts(files, `${PATH}/index.3`));
    index.delete(id(1));
    index.set(id(2), 2, 8);
    index.set(id(77), 0, 8);
    writeSynced(files, `${PATH}/index.3`, encodeIndex(index));
    files.unlink(`${PATH}/integrity.3`);
    const { sound, heard } = await check(files);
    assert.equal(sound, false);
    const entries = heard.messages.filter(({ message }) => message === "check.entryMismatch").map(({ data }) => data);
    const expected = [[toHex(id(1)), "", "0, 149"], [toHex(id(2)), "2, 8", "0, 290"], [toHex(id(77)), "0, 8", ""]];
    assert.deepEqual(new Set(entries.map(String)), new Set(expected.map(String)));
    await assertClean(files);
  });

  it("misses the commit of the transaction that the index belongs to", async () => {
    const files = await sample();
    files.unlink(`${PATH}/data/0/3`);
    for (let i = 0; i < 2; i++) {
      const { sound, heard } = await check(files);
      assert.deepEqual([sound, heard.messages.find(({ message }) => message === "check.commitMissing")?.data], [
        false,
        [3],
      ]);
    }
  });

  it("adds the commit that is missing of the transaction that the index belongs to", async () => {
    for (const lose of [(files: MemoryFiles) => files.unlink(`${PATH}/data/0/3`), damageCommit]) {
      const files = await sample();
      lose(files);
      await assertRepaired(files, [1, 2, 3, 4, 5]);
    }

    function damageCommit(files: MemoryFiles): void {
      change(files, 3, flip(12));
    }
  });

  it("finds a lost segment", async () => {
    const files = await sample();
    files.unlink(`${PATH}/data/0/0`);
    const { sound, heard } = await check(files);
    assert.equal(sound, false);
    assert.deepEqual(heard.messages.find(({ message }) => message === "check.countMismatch")?.data, [5, 1]);
    await assertClean(files);
  });

  it("reports segments that cannot be read, and does not repair them", async () => {
    const files = await sample();
    const read = files.read.bind(files);
    const open = files.open.bind(files);
    const bad = new Set<number>();
    files.open = (path, mode) => {
      const handle = open(path, mode);
      if (path.endsWith("/0/0")) bad.add(handle);
      return handle;
    };
    files.read = (handle, into, position) => {
      if (bad.has(handle)) throw new FileError("EIO", "bad sector");
      return read(handle, into, position);
    };
    const { sound, heard } = await check(files);
    assert.deepEqual([sound, heard.names.includes("check.segmentDamaged")], [false, true]);
    const before = readWhole(files.copy(), `${PATH}/data/0/0`);
    await assert.rejects(check(files, { repair: true }), { code: "EIO" });
    assert.deepEqual(readWhole(files.copy(), `${PATH}/data/0/0`), before);
  });

  it("lets others have their turn, and ends when they want it", async () => {
    const files = new MemoryFiles();
    const repository = await createLocal(PATH, { files });
    for (let i = 0; i < 3; i++) await repository.put(id(i), bytes(16 << 20, i));
    await repository.commit();
    await repository.close();
    let turns = 0;
    assert.equal((await check(files, { pace: () => Promise.resolve(void turns++) })).sound, true);
    assert.equal(turns, 3);
    const stop = () => Promise.reject(new Error("stopped"));
    await assert.rejects(check(files, { pace: stop }), /stopped/);
    assert.equal((await check(files)).sound, true);
  });

  it("notices a read error at an object's place only when it gets there", async () => {
    const files = await sample();
    change(files, 0, flip(8 + 141 + 60));
    await withLocal(PATH, { files }, async (repository) => {
      await assert.rejects(repository.get(id(1)), { code: "IntegrityError" });
      assert.deepEqual(await repository.get(id(2)), bytes(100, 2));
    });
  });
});

async function assertClean(files: MemoryFiles): Promise<void> {
  await check(files, { repair: true });
  assert.equal((await check(files)).sound, true);
}

describe("a check with a time limit", () => {
  const position = (files: MemoryFiles) =>
    withLocal(
      PATH,
      { files },
      (repository) => Promise.resolve(repository.readConfig().get("repository", "last_segment_checked")),
    );

  it("goes on where the last one stopped", async () => {
    const files = await sample();
    const seen: string[] = [];
    for (let i = 0; i < 4; i++) {
      const { sound, heard } = await check(files, { maxDuration: 1e-9 });
      assert.equal(sound, true);
      seen.push(`${await position(files)} ${heard.names.join(" ")}`);
    }
    assert.deepEqual(seen, [
      "0 check.started check.begunAt check.stoppedAfter check.finished",
      "1 check.started check.begunAt check.stoppedAfter check.finished",
      "2 check.started check.begunAt check.stoppedAfter check.finished",
      "3 check.started check.begunAt check.stoppedAfter check.finished",
    ]);
    const { heard } = await check(files, { maxDuration: 100 });
    assert.ok(heard.names.includes("check.allSegments"));
    assert.equal(await position(files), undefined);
  });

  it("finds damage, and not what came before", async () => {
    const files = await sample();
    change(files, 2, flip(20));
    assert.equal((await check(files, { maxDuration: 1e-9 })).sound, true);
    assert.equal((await check(files, { maxDuration: 100 })).sound, false);
    change(files, 2, flip(20));
    change(files, 0, flip(20));
    await check(files, { maxDuration: 1e-9 });
    assert.equal((await check(files, { maxDuration: 100 })).sound, true);
  });

  it("is forgotten by a full check", async () => {
    const files = await sample();
    await check(files, { maxDuration: 1e-9 });
    assert.equal(await position(files), "0");
    await check(files);
    assert.equal(await position(files), undefined);
  });

  it("cannot repair", async () => {
    await assert.rejects(check(await sample(), { maxDuration: 1, repair: true }), RangeError);
  });
});

describe("salvageSegment", () => {
  const salvage = (content: Uint8Array): Uint8Array => {
    const files = new MemoryFiles();
    files.makeDirectories("/data/0");
    writeSynced(files, "/data/0/0", content);
    salvageSegment(files, new Segments(files, "", 1000), 0);
    assert.deepEqual(files.list("/data/0"), ["0"]);
    return readWhole(files, "/data/0/0");
  };
  const put = (key: Uint8Array, data: Uint8Array): Uint8Array => {
    const head = new Uint8Array(HEAD_LENGTH);
    writeHead(head, 0, PUT, key, data);
    return concat(head, data);
  };

  it("leaves a sound segment as it is", () => {
    const sound = concat(SEGMENT_MAGIC, put(id(1), bytes(6 << 20)), put(id(2), bytes(0)), COMMIT_ENTRY);
    assert.deepEqual(salvage(sound), sound);
  });

  it("finds entries at every distance", () => {
    const entries = [put(id(1), bytes(50)), COMMIT_ENTRY, put(id(2), bytes(0))];
    for (let gap = 1; gap < 30; gap++) {
      const damaged = concat(
        SEGMENT_MAGIC,
        bytes(gap),
        entries[0]!,
        bytes(gap, 1),
        entries[1]!,
        bytes(gap, 2),
        entries[2]!,
      );
      assert.deepEqual(salvage(damaged), concat(SEGMENT_MAGIC, ...entries), `gap ${gap}`);
    }
  });

  it("keeps no entry that nobody could read", () => {
    const strange = put(id(1), bytes(10));
    writeHead(strange, 0, 3, id(1), bytes(10));
    assert.deepEqual(salvage(concat(SEGMENT_MAGIC, strange, COMMIT_ENTRY)), concat(SEGMENT_MAGIC, COMMIT_ENTRY));
  });

  it("keeps nothing of a file that is too short for anything", () => {
    assert.deepEqual(salvage(SEGMENT_MAGIC.slice(0, 5)), new Uint8Array(SEGMENT_MAGIC));
    assert.deepEqual(salvage(concat(SEGMENT_MAGIC, new Uint8Array(3))), new Uint8Array(SEGMENT_MAGIC));
  });
});
