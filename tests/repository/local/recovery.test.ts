import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toHex } from "../../../src/encoding/bytes.ts";
import { decode, encode, type Value } from "../../../src/encoding/msgpack.ts";
import { CheckNeeded } from "../../../src/repository/errors.ts";
import { writeSynced } from "../../../src/repository/local/durable.ts";
import { DamagedEntry } from "../../../src/repository/local/entry.ts";
import { readWhole } from "../../../src/repository/local/files.ts";
import { decodeHints, encodeHints, HintsError } from "../../../src/repository/local/hints.ts";
import { LocalRepository } from "../../../src/repository/local/local_repository.ts";
import { decodeText } from "../../../src/encoding/path.ts";
import { Usage } from "../../../src/repository/local/usage.ts";
import { MemoryFiles } from "../memory_files.ts";
import { type Access, accessOptions, bytes, createLocal, id, IDENTITY, Recorder, withLocal } from "../scratch.ts";

const PATH = "/repository";
/** What `sample` leaves. */
const EXPECTED = [toHex(id(0)), toHex(id(2)), toHex(id(3))].sort();
const LAST = 7;

/** A repository with three commits: 0 1 | 2 3 4 | 5 6 7. */
const COMMITS = [1, 4, LAST];

async function sample(): Promise<{ files: MemoryFiles; older: MemoryFiles }> {
  const files = new MemoryFiles();
  const repository = await createLocal(PATH, { files });
  for (let i = 0; i < 3; i++) await repository.put(id(i), bytes(100, i));
  await repository.commit();
  await repository.put(id(0), bytes(50, 9));
  await repository.put(new Uint8Array(32), bytes(10));
  await repository.commit();
  const older = files.copy();
  await repository.delete(id(1));
  await repository.delete(new Uint8Array(32));
  await repository.put(id(3), bytes(70, 3));
  await repository.commit();
  await repository.close();
  return { files, older };
}

async function assertWhole(files: MemoryFiles, access: Access = {}): Promise<void> {
  await withLocal(PATH, { files, lock: "shared", ...access }, async (repository) => {
    assert.deepEqual((await repository.list()).map(toHex).sort(), EXPECTED);
    assert.deepEqual(await repository.get(id(0)), bytes(50, 9));
  });
}

async function write(files: MemoryFiles, listener = new Recorder()): Promise<void> {
  // The first change finds out about the hints, whichever it is.
  await withLocal(PATH, { files: files.copy() }, (repository) => repository.delete(id(0)));
  await withLocal(PATH, { files, listener }, async (repository) => {
    await repository.put(id(9), bytes(1));
    await repository.commit({ compact: true, threshold: 0 });
    await repository.delete(id(9));
    await repository.commit();
    assert.deepEqual((await repository.list()).map(toHex).sort(), EXPECTED);
    assert.equal(await repository.check(), true);
  });
}

function last(files: MemoryFiles): number {
  return Math.max(...files.list(`${PATH}/data/0`).map(Number));
}

function replace(files: MemoryFiles, name: string, change: (content: Uint8Array) => Uint8Array): void {
  const path = `${PATH}/${name}`;
  writeSynced(files, path, change(readWhole(files, path).slice()));
}

const flip = (at: number) => (content: Uint8Array) => content.with(at, content[at]! ^ 1);

describe("hints", () => {
  it("come back as they were", () => {
    const usage = new Usage();
    usage.added(3, 100);
    usage.added(4, 50);
    usage.superseded(3, new Uint8Array(32).fill(0xff), 100);
    usage.deleteWritten(5);
    usage.commitWritten(6);
    for (const segment of [4, 3]) usage.superseded(segment, id(1), 1);
    usage.superseded(4, id(2), 1);
    usage.forgetShadow(id(2), 4);
    const shadow = new Map([["\udcff".repeat(32), [3]], [decodeText(id(1)), [4, 3]], [decodeText(id(2)), []]]);
    assert.deepEqual((decode(encodeHints(usage)) as Map<string, Value>).get("shadow_index"), shadow);
    const again = decodeHints(encodeHints(usage));
    assert.deepEqual(again, { usage, unmeasured: [] });
    assert.deepEqual([...again.usage.shadow], [...usage.shadow]);
    assert.deepEqual([...(decode(encodeHints(usage)) as Map<string, Value>).keys()], [
      "version",
      "segments",
      "compact",
      "storage_quota_use",
      "shadow_index",
    ]);
  });

  it("forget segments that were never committed", () => {
    const usage = new Usage();
    for (const segment of [1, 5, 2, 6]) usage.superseded(segment, id(1), 10);
    usage.forgetShadowsAfter(4);
    assert.deepEqual(usage.shadowsOf(id(1)), [1, 2]);
  });

  it("may lack what old versions did not know", () => {
    const old = new Map<string, Value>([["version", 2], ["segments", new Map([[1, 2]])], [
      "compact",
      new Map([[1, 5]]),
    ]]);
    const { usage } = decodeHints(encode(old));
    assert.deepEqual([usage.quotaUse, usage.shadow.count, usage.compact.get(1)], [0, 0, 5]);
    const first = new Map<string, Value>([["version", 1], ["segments", new Map([[1, 2]])], ["compact", [1]]]);
    assert.deepEqual(decodeHints(encode(first)).unmeasured, [1]);
  });

  it("are refused when they are something else", () => {
    const good: [string, Value][] = [["version", 2], ["segments", new Map()], ["compact", new Map()]];
    const bad: Value[] = [
      null,
      [],
      new Map(),
      new Map([...good.slice(1)]),
      new Map<string, Value>([...good, ["version", 3]]),
      new Map<string, Value>([...good, ["segments", 1]]),
      new Map<string, Value>([...good, ["compact", [1]]]),
      new Map<string, Value>([...good, ["compact", new Map([[1, "x"]]) as unknown as Value]]),
      new Map<string, Value>([...good, ["storage_quota_use", new Uint8Array(1)]]),
      new Map<string, Value>([...good, ["shadow_index", new Map([[1, [1]]])]]),
      new Map<string, Value>([...good, ["shadow_index", [1]]]),
      new Map<string, Value>([...good, ["shadow_index", new Map([["short", [1]]])]]),
      new Map<string, Value>([...good, ["shadow_index", new Map([["x".repeat(32), [-1]]])]]),
    ];
    for (const [i, value] of bad.entries()) assert.throws(() => decodeHints(encode(value)), HintsError, `case ${i}`);
  });
});

describe("opening", () => {
  it("reads no hints and writes nothing when all is well", async () => {
    const { files } = await sample();
    files.unlink(`${PATH}/hints.${LAST}`);
    const names = files.list(PATH);
    await assertWhole(files);
    assert.deepEqual(files.list(PATH), names);
  });

  for (const kind of ["index", "hints", "integrity"]) {
    it(`works without ${kind}`, async () => {
      const { files } = await sample();
      assert.equal(last(files), LAST);
      files.unlink(`${PATH}/${kind}.${LAST}`);
      await assertWhole(files);
      await write(files);
      for (const each of ["index", "hints", "integrity"]) {
        assert.ok(files.list(PATH).includes(`${each}.${last(files)}`));
      }
    });

    it(`notices damage anywhere in ${kind}`, async () => {
      const { files } = await sample();
      const length = readWhole(files, `${PATH}/${kind}.${LAST}`).length;
      for (let at = 0; at < length; at += kind === "index" ? 997 : 13) {
        const copy = files.copy();
        replace(copy, `${kind}.${LAST}`, flip(at));
        await assertWhole(copy);
        await write(copy);
      }
    });

    it(`notices that ${kind} was cut`, async () => {
      const { files } = await sample();
      for (const length of [0, 1, 17, 18, 30]) {
        const copy = files.copy();
        replace(copy, `${kind}.${LAST}`, (content) => content.slice(0, length));
        await assertWhole(copy);
        await write(copy);
      }
    });
  }

  it("tells what was damaged", async () => {
    const { files } = await sample();
    const listener = new Recorder();
    replace(files, `index.${LAST}`, flip(100));
    await assertWhole(files, { listener });
    assert.deepEqual(listener.messages.map(({ message, data }) => [message, data[0]]), [[
      "index.damaged",
      `index.${LAST}`,
    ]]);
    assert.deepEqual(listener.steps.slice(-2), ["repository.replay_segments 7/8", "repository.replay_segments done"]);
    replace(files, `hints.${LAST}`, flip(3));
    await write(files, listener);
    assert.ok(listener.names.includes("hints.damaged"));
  });

  it("accepts digests of unknown kinds, which it says, and tables without digests", async () => {
    const { files } = await sample();
    const unknown: [digests: Map<string, Value | string>, said: string[]][] = [
      [new Map<string, Value>([["version", 3], ["index", encode("x")], ["hints", encode("x")]]), []],
      [
        new Map<string, Value | string>([["version", 2], ["index", '{"algorithm": "X", "digests": {}}'], [
          "hints",
          "{",
        ]]),
        [
          "digest.unknown",
        ],
      ],
      [new Map<string, Value>([["version", 2]]), []],
    ];
    for (const [digests, said] of unknown) {
      const listener = new Recorder();
      replace(files, `integrity.${LAST}`, () => encode(digests as Map<string, Value>));
      await assertWhole(files, { listener });
      assert.deepEqual(listener.names, said);
    }
  });

  it("replays what an older index lacks", async () => {
    const { files, older } = await sample();
    for (const name of files.list(PATH)) if (/^(index|hints|integrity)/.test(name)) files.unlink(`${PATH}/${name}`);
    for (const kind of ["index", "hints", "integrity"]) {
      writeSynced(files, `${PATH}/${kind}.4`, readWhole(older, `${PATH}/${kind}.4`));
    }
    const listener = new Recorder();
    await assertWhole(files, { listener });
    assert.equal(listener.steps[0], "repository.replay_segments 0/3");
    assert.ok(files.list(PATH).includes(`index.${LAST}`) && !files.list(PATH).includes("index.4"));
    await write(files);
  });

  it("makes hints from the log alone", async () => {
    const { files } = await sample();
    for (const kind of ["index", "hints"]) files.unlink(`${PATH}/${kind}.${LAST}`);
    await assertWhole(files);
    const { usage } = decodeHints(readWhole(files, `${PATH}/hints.${LAST}`));
    // Segment 2 holds DELETE 0 and PUT 0, segment 6 the manifest's DELETE and PUT 3.
    assert.deepEqual([...usage.segments], [[0, 1], [1, 0], [2, 1], [3, 0], [4, 0], [5, 0], [6, 1], [7, 0]]);
    const compact = [[0, 282], [1, 17], [3, 51], [4, 17], [5, 49], [7, 17]];
    assert.deepEqual([...usage.compact].sort(([a], [b]) => a - b), compact);
    assert.equal(usage.quotaUse, 3 * 141 + 91 + 51 + 111);
    assert.deepEqual([0, 1, 2].map((i) => usage.shadowsOf(id(i))), [[0], [0], undefined]);
  });

  it("replays everything when an index is newer than the log", async () => {
    const { files } = await sample();
    files.rename(`${PATH}/index.${LAST}`, `${PATH}/index.20`);
    await assertWhole(files);
    assert.ok(!files.list(PATH).includes("index.20"));
  });

  it("goes back to the last sound commit", async () => {
    const { files } = await sample();
    replace(files, `data/0/${LAST}`, flip(12));
    await withLocal(PATH, { files }, async (repository) => {
      assert.equal(await repository.count(), 4);
      assert.deepEqual(await repository.get(id(1)), bytes(100, 1));
      await repository.put(id(5), bytes(1));
      await repository.commit();
      assert.equal(await repository.count(), 5);
    });
    assert.equal(last(files), 6);
  });

  it("asks for a check when an index is there and no commit", async () => {
    const { files } = await sample();
    for (const segment of COMMITS) replace(files, `data/0/${segment}`, flip(12));
    await withLocal(PATH, { files }, (repository) => assert.rejects(repository.list(), CheckNeeded));
  });

  it("does not delete segments for want of a sound commit", async () => {
    const { files } = await sample();
    for (const segment of COMMITS) replace(files, `data/0/${segment}`, flip(12));
    for (const kind of ["index", "hints", "integrity"]) files.unlink(`${PATH}/${kind}.${LAST}`);
    const before = files.list(`${PATH}/data/0`);
    await withLocal(PATH, { files }, (repository) => assert.rejects(repository.put(id(1), bytes(1)), DamagedEntry));
    assert.deepEqual(files.list(`${PATH}/data/0`), before);
  });

  it("refuses to replay a damaged segment", async () => {
    const { files } = await sample();
    replace(files, "data/0/2", flip(60));
    files.unlink(`${PATH}/index.${LAST}`);
    await withLocal(PATH, { files }, (repository) => assert.rejects(repository.list(), DamagedEntry));
  });

  it("measures the sparse segments of Borg 1.0", async () => {
    const { files } = await sample();
    const { usage } = decodeHints(readWhole(files, `${PATH}/hints.${LAST}`));
    const hints = new Map<string, Value>([["version", 1], ["segments", usage.segments], ["compact", [0, 2]]]);
    replace(files, `hints.${LAST}`, () => encode(hints));
    files.unlink(`${PATH}/integrity.${LAST}`);
    await withLocal(PATH, { files }, async (repository) => {
      await repository.put(id(9), bytes(1));
      await repository.commit();
    });
    const { compact } = decodeHints(readWhole(files, `${PATH}/hints.${last(files)}`)).usage;
    // Segment 0 holds two superseded PUTs of 141 bytes, segment 2 a DELETE.
    assert.deepEqual([compact.get(0), compact.get(2)], [282, 41]);
  });

  it("keeps all in memory when no lock is held", async () => {
    const { files } = await sample();
    replace(files, `index.${LAST}`, flip(100));
    const content = readWhole(files, `${PATH}/index.${LAST}`);
    await withLocal(PATH, { files, lock: "none" }, async (repository) => {
      assert.equal(await repository.count(), 3);
      await assert.rejects(repository.put(id(1), bytes(1)), /exclusive lock/);
      assert.equal(await repository.check(), true);
    });
    assert.deepEqual(readWhole(files, `${PATH}/index.${LAST}`), content);
  });

  it("needs the exclusive lock for a replay", async () => {
    const { files } = await sample();
    files.unlink(`${PATH}/index.${LAST}`);
    const other = { hostId: "elsewhere@1", pid: 1 };
    const reader = await LocalRepository.open(PATH, accessOptions({ files, lock: "shared", identity: other }));
    await withLocal(PATH, { files, lock: "shared", identity: IDENTITY }, async (repository) => {
      await assert.rejects(repository.list(), { code: "LockTimeout" });
      await reader.close();
      assert.equal(await repository.count(), 3);
    });
    assert.ok(files.list(PATH).includes(`index.${LAST}`));
    assert.ok(!files.list(PATH).some((name) => name.startsWith("lock")));
  });
});
