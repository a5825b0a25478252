import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toHex } from "../../../src/encoding/bytes.ts";
import { COMMIT, PUT } from "../../../src/repository/local/entry.ts";
import { decodeHints } from "../../../src/repository/local/hints.ts";
import { readWhole } from "../../../src/repository/local/files.ts";
import type { LocalRepository } from "../../../src/repository/local/local_repository.ts";
import { Segments } from "../../../src/repository/local/segments.ts";
import type { Usage } from "../../../src/repository/local/usage.ts";
import { MANIFEST_ID } from "../../../src/repository/repository.ts";
import { MemoryFiles } from "../memory_files.ts";
import { bytes, createLocal, createSmall, id, Recorder, withLocal } from "../scratch.ts";

const PATH = "/repository";
const NAMES = new Map([...Array(10).keys()].map((i) => [toHex(id(i)), `${i}`]));

function segmentsOf(files: MemoryFiles, perDirectory = 1000): Segments {
  return new Segments(files, PATH, perDirectory);
}

/** The log in short: `0: P1 P2 | 1: C`, with the numbers of the ids, M for the manifest. */
function logOf(files: MemoryFiles, perDirectory = 1000): string {
  const segments = segmentsOf(files, perDirectory);
  const nameOf = (key: Uint8Array) => NAMES.get(toHex(key)) ?? "M";
  return segments.numbers().map((segment) => {
    const entries = [...segments.entries(segment)].map(({ tag, id }) =>
      tag === COMMIT ? "C" : `${tag === PUT ? "P" : "D"}${nameOf(id)}`
    );
    return `${segment}: ${entries.join(" ")}`;
  }).join(" | ");
}

function usageOf(files: MemoryFiles): Usage {
  const name = files.list(PATH).find((name) => name.startsWith("hints."));
  return decodeHints(readWhole(files, `${PATH}/${name}`)).usage;
}

function shadowsOf(files: MemoryFiles): Record<string, readonly number[] | undefined> {
  const usage = usageOf(files);
  const entries = [...Array(10).keys()].map((i) => [i, usage.shadowsOf(id(i))] as const);
  return Object.fromEntries(entries.filter(([, shadows]) => shadows !== undefined));
}

async function open<T>(
  files: MemoryFiles,
  use: (repository: LocalRepository) => Promise<T>,
  listener = new Recorder(),
) {
  return await withLocal(PATH, { files, listener }, use);
}

async function newRepository(): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  await (await createLocal(PATH, { files })).close();
  return files;
}

async function assertContents(files: MemoryFiles, expected: readonly number[]): Promise<void> {
  for (const copy of [files.copy(), withoutHelpers(files)]) {
    await open(copy, async (repository) => {
      const found = (await repository.list()).map((key) => NAMES.get(toHex(key))).filter((name) => name !== undefined)
        .sort();
      assert.deepEqual(found, expected.map(String));
      for (const number of expected) await repository.get(id(number));
      assert.equal(await repository.check(), true);
    });
  }
}

function withoutHelpers(files: MemoryFiles): MemoryFiles {
  const copy = files.copy();
  for (const name of copy.list(PATH)) if (/^(index|hints|integrity)\./.test(name)) copy.unlink(`${PATH}/${name}`);
  return copy;
}

/** Whether the hints say what the segments hold. */
function assertHintsTrue(files: MemoryFiles, perDirectory = 1000): void {
  const usage = usageOf(files);
  const segments = segmentsOf(files, perDirectory);
  assert.deepEqual([...usage.segments.keys()].sort((a, b) => a - b), segments.numbers());
  let quotaUse = 0;
  for (const segment of segments.numbers()) {
    for (const { tag, size } of segments.entries(segment)) if (tag === PUT) quotaUse += size;
  }
  assert.equal(usage.quotaUse, quotaUse);
}

describe("compaction", () => {
  it("rewrites segments above the threshold only", async () => {
    const files = await newRepository();
    await open(files, async (repository) => {
      for (let i = 0; i < 4; i++) await repository.put(id(i), bytes(100));
      await repository.commit();
      assert.equal(logOf(files), "0: P0 P1 P2 P3 | 1: C");
      await repository.delete(id(0));
      await repository.commit({ compact: true, threshold: 0.3 });
      assert.equal(logOf(files), "0: P0 P1 P2 P3 | 4: D0 | 5: C");
      await repository.commit({ compact: true, threshold: 0.2 });
      assert.equal(logOf(files), "7: P1 P2 P3 | 8: C");
    });
    await assertContents(files, [1, 2, 3]);
    assertHintsTrue(files);
  });

  it("keeps a DELETE as long as the PUT that it undoes is there", async () => {
    const files = await newRepository();
    await open(files, async (repository) => {
      for (let i = 0; i < 4; i++) await repository.put(id(i), bytes(100));
      await repository.commit();
      await repository.delete(id(0));
      await repository.commit();
      for (let i = 0; i < 3; i++) await repository.commit({ compact: true, threshold: 0.5 });
    });
    assert.match(logOf(files), /^0: P0 P1 P2 P3 \| [0-9]+: D0 \| [0-9]+: C$/);
    assert.deepEqual(shadowsOf(files), { 0: [0] });
    await assertContents(files, [1, 2, 3]);
    assertHintsTrue(files);
  });

  it("keeps a DELETE that no index on the disk knows of", async () => {
    const files = await newRepository();
    await open(files, async (repository) => {
      await repository.put(id(0), bytes(100));
      await repository.commit();
      await repository.delete(id(0));
      await repository.commit({ compact: true, threshold: 0 });
      assert.equal(logOf(files), "4: D0 | 5: C");
      await repository.commit({ compact: true, threshold: 0 });
      assert.equal(logOf(files), "7: C");
    });
    assert.deepEqual(shadowsOf(files), {});
    await assertContents(files, []);
  });

  it("knows every superseded PUT of an id", async () => {
    const files = await newRepository();
    await open(files, async (repository) => {
      for (let round = 0; round < 3; round++) {
        await repository.put(id(0), bytes(10, round));
        await repository.put(MANIFEST_ID, bytes(500));
        await repository.commit();
      }
      assert.equal(
        logOf(files),
        "0: P0 | 1: PM | 2: C | 3: D0 P0 | 4: DM | 5: PM | 6: C | 7: D0 P0 | 8: DM | 9: PM | 10: C",
      );
      assert.deepEqual(shadowsOf(files), { 0: [0, 3] });
      await repository.delete(id(0));
      await repository.commit();
      assert.deepEqual(shadowsOf(files), { 0: [0, 3, 7] });
    });
    await assertContents(files, []);
    await open(files, (repository) => repository.commit({ compact: true, threshold: 0 }));
    assert.match(logOf(files), /^[0-9]+: PM \| [0-9]+: C$/);
    await assertContents(files, []);
    assertHintsTrue(files);
  });

  it("commits what it has moved whenever the output is full", async () => {
    const files = new MemoryFiles();
    await createSmall(PATH, { files });
    await open(files, async (repository) => {
      for (let i = 0; i < 10; i++) await repository.put(id(i), bytes(100));
      await repository.put(MANIFEST_ID, bytes(10));
      await repository.commit();
      for (const i of [0, 3, 6]) await repository.delete(id(i));
      await repository.put(MANIFEST_ID, bytes(11));
      await repository.commit();
      await repository.commit({ compact: true, threshold: 0 });
    });
    const log = logOf(files, 3);
    assert.match(log, /P[0-9]( P[0-9])+ C \|/);
    assert.match(log, /\| [0-9]+: C$/);
    await assertContents(files, [1, 2, 4, 5, 7, 8, 9]);
    assertHintsTrue(files, 3);
  });

  it("lets a superseded PUT be gone for good before its DELETE goes", async () => {
    const files = await newRepository();
    await open(files, async (repository) => {
      await repository.put(id(0), bytes(100));
      await repository.commit();
      await repository.delete(id(0));
      await repository.commit();
      const calls: string[] = [];
      files.unlink = (path) => {
        calls.push(`unlink ${path}`);
        MemoryFiles.prototype.unlink.call(files, path);
      };
      files.syncDirectory = (path) => {
        calls.push(`sync ${path}`);
        MemoryFiles.prototype.syncDirectory.call(files, path);
      };
      await repository.commit({ compact: true, threshold: 0 });
      const [put, del] = [calls.indexOf(`unlink ${PATH}/data/0/0`), calls.indexOf(`unlink ${PATH}/data/0/2`)];
      assert.ok(put >= 0 && del > put);
      assert.ok(calls.slice(put, del).includes(`sync ${PATH}/data/0`));
      assert.ok(calls.slice(del).includes(`sync ${PATH}/data/0`));
    });
  });

  it("removes empty directories of segments", async () => {
    const files = new MemoryFiles();
    await createSmall(PATH, { files });
    await open(files, async (repository) => {
      for (let i = 0; i < 9; i++) await repository.put(id(i), bytes(400));
      await repository.commit();
      for (let i = 0; i < 8; i++) await repository.delete(id(i));
      await repository.commit();
      await repository.commit({ compact: true, threshold: 0 });
    });
    const left = segmentsOf(files, 3).numbers().map((segment) => String(Math.floor(segment / 3)));
    assert.deepEqual(new Set(files.list(`${PATH}/data`)), new Set(left));
    await assertContents(files, [8]);
  });

  it("can drop commits that hints do not count", async () => {
    const files = await newRepository();
    await open(files, async (repository) => {
      for (let i = 0; i < 3; i++) {
        await repository.put(id(i), bytes(10));
        await repository.commit();
      }
      await repository.commit({ compact: true, threshold: 0.99 });
      assert.equal(segmentsOf(files).numbers().length, 8);
      await repository.commit({ compact: true, threshold: 0.5, cleanupCommits: true });
    });
    assert.equal(logOf(files), "0: P0 | 2: P1 | 4: P2 | 9: C");
    await assertContents(files, [0, 1, 2]);
  });

  it("complains about hints that are wrong and goes on", async () => {
    const files = await newRepository();
    const listener = new Recorder();
    await open(files, async (repository) => {
      await repository.put(id(0), bytes(10));
      await repository.put(MANIFEST_ID, bytes(10));
      await repository.commit();
      await repository.delete(id(0));
      await repository.commit();
      files.unlink(`${PATH}/data/0/0`);
      await repository.commit({ compact: true, threshold: 0 });
    }, listener);
    const missing = listener.messages.filter(({ message }) => message === "compaction.segmentMissing");
    assert.deepEqual(missing, [{ level: "warning", message: "compaction.segmentMissing", data: [0] }]);
    assert.equal(listener.messages.at(-1)?.message, "compaction.freed");
    assert.equal(listener.steps.at(-1), "repository.compact_segments done");
  });

  it("does what its plan says, and the plan changes nothing", async () => {
    const files = await newRepository();
    await open(files, async (repository) => {
      for (let i = 0; i < 4; i++) await repository.put(id(i), bytes(100));
      await repository.commit();
      await repository.delete(id(0));
      await repository.commit();
    });
    const [log, size] = [logOf(files), 141];
    const before = files.copy();
    await open(files, async (repository) => {
      const plan = (threshold: number) => repository.planCompaction({ threshold });
      assert.deepEqual(await plan(0.3), [
        { segment: 0, freeable: size, action: "keep" },
        { segment: 1, freeable: 9, action: "empty" },
        { segment: 2, freeable: 41, action: "empty" },
        { segment: 3, freeable: 9, action: "empty" },
      ]);
      assert.equal((await plan(0.2))[0]!.action, "empty");
      assert.equal(logOf(files), log);
      assert.equal((await repository.get(id(1))).length, 100, "it is loaded again");
    });
    assert.deepEqual(files.list(PATH), before.list(PATH));
    const listener = new Recorder();
    await open(files, (repository) => repository.commit({ compact: true, threshold: 0.2 }), listener);
    assert.deepEqual(listener.messages.at(-1)?.data, [size], "bytes of objects, not of the bookkeeping");
    await assertContents(files, [1, 2, 3]);
  });

  it("plans nothing where only appending is allowed", async () => {
    const files = new MemoryFiles();
    await (await createLocal(PATH, { files, appendOnly: true })).close();
    await open(files, async (repository) => {
      for (let i = 0; i < 2; i++) await repository.put(id(0), bytes(100));
      await repository.commit();
      assert.deepEqual(await repository.planCompaction({ threshold: 0 }), []);
    });
  });
});
