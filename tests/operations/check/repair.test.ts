import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { UnsupportedManifestError } from "../../../src/archive/errors.ts";
import { encodeArchive } from "../../../src/archive/archive.ts";
import { concat, equal, toHex } from "../../../src/encoding/bytes.ts";
import { encode } from "../../../src/encoding/msgpack.ts";
import { BorgError, IntegrityError } from "../../../src/errors.ts";
import { MANIFEST_ID } from "../../../src/repository/repository.ts";
import { file, idOf, packed } from "../../archive/items.ts";
import { Patient, short } from "./patient.ts";

const DELETING = "info orphansDeleting";
const END = ["info writingManifest", "info committing", "error failed"];

describe("repairing archives", () => {
  let patient: Patient;
  beforeEach(() => {
    patient = new Patient();
  });
  afterEach(() => patient.remove());

  /** How often what was written is made durable during `action`. */
  async function commitsOf(action: () => Promise<unknown>): Promise<number> {
    let commits = 0;
    const { commit } = patient.repository;
    patient.repository.commit = () => Promise.resolve(void commits++);
    try {
      await action();
    } finally {
      patient.repository.commit = commit;
    }
    return commits;
  }

  async function assertNothingCommitted(action: () => Promise<unknown>, error: Parameters<typeof assert.rejects>[1]) {
    assert.equal(await commitsOf(() => assert.rejects(action(), error)), 0);
  }

  /** Lets `get` give something else for one object; it is told how often it was asked before. */
  function distort(id: Uint8Array, give: (time: number) => Promise<Uint8Array> | undefined | void): void {
    const { get } = patient.repository;
    let times = 0;
    patient.repository.get = (wanted) => {
      const given = equal(wanted, id) ? give(times++) : undefined;
      return given ?? get.call(patient.repository, wanted);
    };
  }

  it("only writes the manifest when nothing is wrong", async () => {
    // Cut otherwise than an archive is today: it is left as it is all the same.
    const { id } = await patient.archive("a", [[file("x", [await patient.chunk("content")])], [file("y")]]);
    const objects = new Map(patient.repository.objects);
    const before = await patient.stored();
    assert.equal(await commitsOf(async () => assert.equal((await patient.check({ repair: true })).result, "sound")), 1);
    const after = await patient.stored();
    assert.ok(after.timestamp > before.timestamp);
    assert.deepEqual(after.archives, new Map([["a", { id, time: "2024-01-01T00:00:00" }]]));
    for (const map of [objects, patient.repository.objects]) map.delete(toHex(MANIFEST_ID));
    assert.deepEqual(patient.repository.objects, objects);
  });

  it("puts zeros in place of a lost chunk, and keeps the salt of the archive", async () => {
    const [first, lost] = [await patient.chunk("first"), await patient.chunk("lost")];
    await patient.archive("a", [[file("x", [first, lost]), file("y", [lost]), file("z", [first])]]);
    const { archive: { salt } } = await patient.read("a");
    await patient.repository.delete(lost.id);
    assert.deepEqual((await patient.check({ repair: true })).told.slice(2), [
      `error fileChunkMissing a x 5 9 ${short(lost.id)} true`,
      `error fileChunkMissing a y 0 4 ${short(lost.id)} true`,
      "check.rebuild_refcounts 1/1",
      `${DELETING} 0 2`,
      "info orphansDeleted",
      ...END,
    ]);
    const zeros = await patient.chunk("\0\0\0\0");
    const { archive, items } = await patient.read("a");
    assert.deepEqual(archive.salt, salt);
    assert.deepEqual(items.map(({ chunks }) => chunks!.map(({ id }) => short(id)).join(" ")), [
      `${short(first.id)} ${short(zeros.id)}`,
      short(zeros.id),
      short(first.id),
    ]);
    assert.deepEqual(items.map(({ chunksHealthy }) => chunksHealthy), [[first, lost], [lost], undefined]);
    const object = await patient.repository.get(zeros.id);
    assert.deepEqual(items[1]!.chunks, [{ id: zeros.id, size: 4, csize: object.length }]);
    assert.equal((await patient.check()).result, "sound");
  });

  it("puts back what is there again, and deletes the zeros", async () => {
    const lost = await patient.chunk("lost");
    const { id } = await patient.archive("a", [[file("x", [lost])]]);
    const sound = new Set(patient.repository.objects.keys());
    await patient.repository.delete(lost.id);
    await patient.repair();
    await patient.chunk("lost");
    const told = await patient.repair();
    assert.deepEqual(told.slice(2), [
      `info fileChunkFound a x 0 4 ${short(lost.id)} true`,
      "info fileHealed a x true",
      "check.rebuild_refcounts 1/1",
      `${DELETING} 0 3`,
      "info orphansDeleted",
      "info writingManifest",
      "info committing",
      "info passed",
    ]);
    assert.deepEqual((await patient.read("a")).archive.id, id);
    assert.deepEqual(new Set(patient.repository.objects.keys()), sound);
  });

  it("needs no zeros for a lost chunk of zeros", async () => {
    const zeros = await patient.chunk("\0\0\0\0");
    const { id } = await patient.archive("a", [[file("x", [zeros]), file("y", [zeros])]]);
    await patient.repository.delete(zeros.id);
    await patient.repair();
    assert.deepEqual((await patient.read("a")).archive.id, id);
  });

  it("drops what is no item, with the chunks of it alone", async () => {
    const bytes = concat(packed(file("x")), encode(new Map([["mtime", 1]])), Uint8Array.of(0xc1), packed(file("y")));
    await patient.archive("a", [bytes]);
    await patient.repair();
    assert.deepEqual((await patient.read("a")).items.map(({ path }) => path), ["x", "y"]);
  });

  it("goes on with the next item behind a lost item chunk", async () => {
    const bytes = packed(file("a".repeat(50)), file("b".repeat(50)), file("c".repeat(50)), file("d"));
    const parts = [bytes.subarray(0, 150), bytes.subarray(150, 200), bytes.subarray(200)];
    const { items } = await patient.archive("a", parts);
    await patient.repository.delete(items[1]!);
    await patient.repair();
    const paths = (await patient.read("a")).items.map(({ path }) => path[0]).join("");
    assert.equal(paths, "acd");
  });

  it("keeps keys of items that the manifest knows", async () => {
    patient.manifest.itemKeys.add("colour");
    const lost = await patient.chunk("lost");
    const item = { ...file("x", [lost]), extra: new Map([["colour", 7]]) };
    await patient.archive("a", [[item]]);
    await patient.repository.delete(lost.id);
    await patient.repair();
    assert.deepEqual((await patient.read("a")).items[0]!.extra, item.extra);
  });

  it("forgets archives of which nothing is left, and deletes what remains of them", async () => {
    const shared = await patient.chunk("shared");
    const [lost, damaged] = [await patient.archive("a", [[file("x")]]), await patient.archive("b", [[file("y")]])];
    await patient.archive("c", [[file("z", [shared])]]);
    await patient.repository.delete(lost.id);
    await patient.repository.put(damaged.id, Uint8Array.of(2, 0, 0, 1));
    const told = await patient.repair();
    assert.ok(told.includes(`${DELETING} 2 1`), told.join("\n"));
    assert.deepEqual([...(await patient.stored()).archives.keys()], ["c"]);
    assert.equal(patient.repository.objects.size, 4);
  });

  it("repairs only the archives that are selected", async () => {
    const lost = await patient.chunk("lost");
    const { id } = await patient.archive("a", [[file("x", [lost])]]);
    await patient.archive("b", [[file("y", [lost])]]);
    await patient.repository.delete(lost.id);
    const { result, told } = await patient.check({ repair: true, selection: { archive: "b" } });
    assert.equal(result, "repaired");
    assert.ok(!told.some((text) => text.startsWith(DELETING)));
    assert.deepEqual((await patient.read("a")).archive.id, id);
    assert.ok((await patient.read("b")).items[0]!.chunksHealthy);
    await patient.repair();
  });

  describe("without a sound manifest", () => {
    it("stores archives of one name under different ones", async () => {
      await patient.archive("a", [[file("x")]]);
      await patient.archive("a", [[file("y")]]);
      await patient.repository.delete(MANIFEST_ID);
      await patient.repair();
      assert.deepEqual([...(await patient.stored()).archives.keys()].sort(), ["a", "a.1"]);
      const names = await Promise.all(["a", "a.1"].map((name) => patient.read(name)));
      assert.deepEqual(names.map(({ archive }) => archive.metadata.name), ["a", "a"]);
    });

    it("writes one that is newer than any that was seen", async () => {
      await patient.archive("a", [[file("x")]]);
      const timestamp = "2999-12-31T00:00:00.000000";
      patient.security.save({ location: "/repo", keyType: 2, timestamp });
      await patient.repository.delete(MANIFEST_ID);
      await patient.repair();
      assert.equal((await patient.stored()).timestamp, "2999-12-31T00:00:00.000001");
    });

    it("takes no archives that are not genuine", async () => {
      await patient.archive("a", [[file("x")]]);
      const metadata = { name: "b", items: [], cmdline: [], time: "2024-01-01T00:00:00" };
      const forged = encodeArchive(patient.objects.material, metadata);
      forged.set(new TextEncoder().encode("2025"), toText(forged).indexOf("2024"));
      await patient.objects.write(forged, { name: "none" });
      await patient.repository.delete(MANIFEST_ID);
      await patient.repair();
      assert.deepEqual([...(await patient.stored()).archives.keys()], ["a"]);
    });

    it("makes an empty one when there is nothing else", async () => {
      await patient.manifest.save(patient.objects, false);
      await patient.repository.put(MANIFEST_ID, Uint8Array.of(2, 0, 0, 1));
      await patient.repair();
      assert.equal((await patient.stored()).archives.size, 0);
    });
  });

  describe("with their contents", () => {
    it("deletes what is damaged, and puts zeros in its place", async () => {
      const [good, bad] = [await patient.chunk("good"), await patient.chunk("bad")];
      await patient.archive("a", [[file("x", [good, bad])]]);
      await patient.repository.put(bad.id, (await patient.repository.get(good.id)).slice());
      const told = await patient.repair({ verifyData: true });
      assert.ok(told.includes("warning chunksDamaged true"));
      assert.deepEqual((await patient.read("a")).items[0]!.chunksHealthy, [good, bad]);
    });

    it("keeps what is sound when it is read again", async () => {
      const chunk = await patient.chunk("content");
      const { id } = await patient.archive("a", [[file("x", [chunk])]]);
      distort(chunk.id, (time) => time === 0 ? Promise.resolve(Uint8Array.of(2, 0, 0, 1)) : undefined);
      const { result, told } = await patient.check({ repair: true, verifyData: true });
      assert.equal(result, "repaired");
      assert.ok(told.includes(`warning chunkKept ${short(chunk.id)}`), told.join("\n"));
      assert.deepEqual((await patient.read("a")).archive.id, id);
    });
  });

  describe("commits nothing", () => {
    it("when it is interrupted", async () => {
      await patient.archive("a", [[file("x")]]);
      patient.checkAbort = () => {
        throw new Error("interrupted");
      };
      await assertNothingCommitted(() => patient.check({ repair: true }), /interrupted/);
    });

    it("when an archive reads differently each time", async () => {
      const { items } = await patient.archive("a", [[file("x")], [file("y")]]);
      await patient.repository.delete(items[1]!);
      let reads = 0;
      distort(items[0]!, () => void reads++);
      await patient.check();
      const first = reads;
      distort(items[0]!, (time) => time < first ? undefined : Promise.resolve(Uint8Array.of(2, 0, 0, 1)));
      await assertNothingCommitted(() => patient.check({ repair: true }), /reads differently each time/);
    });

    it("when reading fails in a way that says nothing about the object", async () => {
      const { id, items } = await patient.archive("a", [[file("x")]]);
      for (const lost of [MANIFEST_ID, id, items[0]!]) {
        distort(lost, () => Promise.reject(new BorgError("ConnectionClosed")));
        await assertNothingCommitted(() => patient.check({ repair: true }), { code: "ConnectionClosed" });
        await assertNothingCommitted(() => patient.check(), { code: "ConnectionClosed" });
      }
    });

    it("when a chunk is too long to be replaced", async () => {
      await patient.archive("a", [[file("x", [{ id: idOf(1), size: 2 ** 31, csize: 1 }])]]);
      await assertNothingCommitted(() => patient.check({ repair: true }), IntegrityError);
    });

    it("when the manifest is one of a future version", async () => {
      await patient.archive("a", [[file("x")]]);
      await patient.objects.write(new Uint8Array(8).fill(0xc1), { name: "none" }, MANIFEST_ID);
      await assertNothingCommitted(() => patient.check({ repair: true }), UnsupportedManifestError);
    });

    it("when nothing proves the key to be the right one", async () => {
      for (const id of [idOf(1), idOf(2)]) await patient.repository.put(id, Uint8Array.of(2, 0, 0, 1));
      await assertNothingCommitted(() => patient.check({ repair: true }), /the key does not open any object/);
    });

    it("when there is nothing at all", async () => {
      assert.equal(
        await commitsOf(async () => {
          const { result, told } = await patient.check({ repair: true });
          assert.deepEqual([result, told], ["damaged", ["info started", "error nothing"]]);
        }),
        0,
      );
    });
  });
});

function toText(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
