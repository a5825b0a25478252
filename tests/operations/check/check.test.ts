import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { afterEach, beforeEach, describe, it } from "node:test";
import { encodeArchive } from "../../../src/archive/archive.ts";
import { encode } from "../../../src/encoding/msgpack.ts";
import { concat } from "../../../src/encoding/bytes.ts";
import { MandatoryFeatureUnsupported } from "../../../src/archive/errors.ts";
import { IntegrityError } from "../../../src/errors.ts";
import { MANIFEST_ID } from "../../../src/repository/repository.ts";
import { file, idOf, packed } from "../../archive/items.ts";
import { Patient, short } from "./patient.ts";

const BEGIN = ["info started"];
const PASSED = "info passed";
const FAILED = "error failed";
const SKIPPED = "info orphansSkipped";

describe("checking archives", () => {
  let patient: Patient;
  beforeEach(() => {
    patient = new Patient();
  });
  afterEach(() => patient.remove());

  /** What a check tells that analyses archives `a` and, if there is one, `b`, and finds something. */
  function findings(...told: string[]): string[] {
    return [...BEGIN, "info analyzing a 1 1", ...told, "check.rebuild_refcounts 1/1", FAILED];
  }

  /** Stores an archive that was changed after it was signed. */
  async function forge(): Promise<Uint8Array> {
    const metadata = { name: "a", items: [], cmdline: [], time: "2024-01-01T00:00:00" };
    const forged = Buffer.from(encodeArchive(patient.objects.material, metadata));
    forged.write("2025", forged.indexOf(metadata.time));
    return (await patient.objects.write(forged, { name: "none" })).id;
  }

  it("finds nothing in sound archives", async () => {
    const chunk = await patient.chunk("content");
    await patient.archive("a", [[file("x", [chunk])], [file("y")]]);
    await patient.archive("b", [[file("z", [chunk, chunk])]]);
    const { sound, told } = await patient.check();
    assert.equal(sound, true);
    const analyzing = ["info analyzing a 1 2", "info analyzing b 2 2", "check.rebuild_refcounts 2/2"];
    assert.deepEqual(told, [...BEGIN, ...analyzing, PASSED]);
  });

  it("finds nothing in a repository without archives", async () => {
    await patient.manifest.save(patient.objects, true);
    assert.deepEqual(await patient.check(), {
      sound: true,
      result: "sound",
      told: [...BEGIN, "check.rebuild_refcounts 0/0", PASSED],
    });
  });

  it("finds a missing chunk of a file, wherever it is used", async () => {
    const [first, lost] = [await patient.chunk("first"), await patient.chunk("lost")];
    await patient.archive("a", [[file("x", [first, lost]), file("y", [lost])]]);
    await patient.repository.delete(lost.id);
    assert.deepEqual(await patient.check(), {
      sound: false,
      result: "damaged",
      told: findings(
        `error fileChunkMissing a x 5 9 ${short(lost.id)} false`,
        `error fileChunkMissing a y 0 4 ${short(lost.id)} false`,
      ),
    });
  });

  it("counts what nothing refers to", async () => {
    await patient.archive("a", [[file("x")]]);
    await patient.chunk("nobody's");
    const { sound, told } = await patient.check();
    assert.equal(sound, false);
    assert.deepEqual(told.slice(-2), ["error orphans 1", FAILED]);
  });

  it("finds a missing item chunk, and the files around it", async () => {
    const lost = await patient.chunk("lost");
    const { items } = await patient.archive("a", [[file("x")], [file("y")], [file("z", [lost])]]);
    await patient.repository.delete(items[1]!);
    await patient.repository.delete(lost.id);
    assert.deepEqual(
      (await patient.check()).told,
      findings(
        `error itemChunkMissing 000001_${short(items[1]!)}`,
        `error fileChunkMissing a z 0 4 ${short(lost.id)} false`,
      ),
    );
  });

  it("finds a damaged item chunk", async () => {
    const { items } = await patient.archive("a", [[file("x")], [file("y")]]);
    await patient.repository.put(items[0]!, (await patient.repository.get(items[1]!)).slice());
    const { sound, told } = await patient.check();
    assert.equal(sound, false);
    assert.deepEqual(told, findings(`error itemChunkDamaged 000000_${short(items[0]!)} IntegrityError`));
  });

  it("says which items are none", async () => {
    const bytes = concat(packed(file("x")), encode(new Map([["mtime", 1]])), Uint8Array.of(0xc1), packed(file("y")));
    const { items } = await patient.archive("a", [bytes, packed(file("z")).subarray(0, 9)]);
    const [first, second] = items.map((id, i) => `00000${i}_${short(id)}`);
    assert.deepEqual(
      (await patient.check()).told,
      findings(
        `error itemInvalid ${first} {"kind":"message","reason":"missing required keys: path"}`,
        `error itemInvalid ${first} {"kind":"bytes"}`,
        `error itemInvalid ${second} {"kind":"end"}`,
      ),
    );
  });

  it("finds missing and damaged archive metadata", async () => {
    const [a, b] = [await patient.archive("a", [[file("x")]]), await patient.archive("b", [[file("y")]])];
    await patient.repository.delete(a.id);
    await patient.repository.put(b.id, Uint8Array.of(0));
    const { sound, told } = await patient.check();
    assert.equal(sound, false);
    assert.deepEqual(told.filter((text) => text.startsWith("error")), [
      `error archiveMissing ${short(a.id)}`,
      `error archiveDamaged ${short(b.id)} IntegrityError`,
      "error orphans 2",
      FAILED,
    ]);
  });

  it("refuses archives that are not genuine", async () => {
    const { id } = await patient.archive("a", [[file("x")]]);
    const other = await forge();
    patient.manifest.archives.set("a", { id: other, time: "2024-01-01T00:00:00" });
    await patient.manifest.save(patient.objects, true);
    assert.notDeepEqual(other, id);
    const { told } = await patient.check();
    assert.ok(told.includes(`error archiveRefused ${short(other)} ArchiveTAMInvalid`), told.join("\n"));
  });

  it("checks only the archives that are selected, and then no orphans", async () => {
    for (const name of ["a", "b", "c"]) await patient.archive(name, [[file(name)]]);
    await patient.chunk("nobody's");
    const analyzed = async (selection: Parameters<Patient["check"]>[0]) => {
      const { sound, told } = await patient.check(selection);
      assert.equal(told.at(-2), SKIPPED);
      assert.equal(sound, true);
      return told.filter((text) => text.includes("analyzing")).map((text) => text.split(" ")[2]).join("");
    };
    assert.equal(await analyzed({ selection: { archive: "b" } }), "b");
    assert.equal(await analyzed({ selection: { glob: "[ac]" } }), "ac");
    assert.equal(await analyzed({ selection: { sortBy: ["timestamp"], last: 2 } }), "bc");
    assert.equal(await analyzed({ selection: { sortBy: ["timestamp"], first: 1 } }), "a");
  });

  it("misses an archive that is named, but not one that a pattern could match", async () => {
    await patient.archive("a", [[file("x")]]);
    const end = ["check.rebuild_refcounts 0/0", SKIPPED];
    const named = await patient.check({ selection: { archive: "gone" } });
    assert.deepEqual(named, {
      sound: false,
      result: "damaged",
      told: [...BEGIN, "error noArchive gone", ...end, FAILED],
    });
    const matched = await patient.check({ selection: { glob: "z*" } });
    assert.deepEqual(matched, { sound: true, result: "sound", told: [...BEGIN, "warning noMatch z*", ...end, PASSED] });
  });

  it("is ended by an interruption", async () => {
    await patient.archive("a", [[file("x")]]);
    patient.checkAbort = () => {
      throw new Error("interrupted");
    };
    await assert.rejects(patient.check(), /interrupted/);
    await assert.rejects(patient.check({ verifyData: true }), /interrupted/);
  });

  describe("without a sound manifest", () => {
    const told = (reason: string, ...more: string[]) => [...BEGIN, reason, "info manifestRebuilding", ...more];

    it("looks for archives", async () => {
      const chunk = await patient.chunk("content");
      await patient.archive("a", [[file("x", [chunk])]]);
      await patient.repository.delete(MANIFEST_ID);
      assert.deepEqual(await patient.check(), {
        sound: false,
        result: "damaged",
        told: told(
          "error manifestMissing",
          "info archiveFound a",
          "check.rebuild_manifest 3/3",
          "info manifestRebuilt",
          "info analyzing a 1 1",
          "check.rebuild_refcounts 1/1",
          FAILED,
        ),
      });
    });

    it("takes the kind of key from another object", async () => {
      await patient.archive("a", [[file("x")]]);
      for (const damaged of [new Uint8Array(0), Uint8Array.of(0x67, 1, 2)]) {
        await patient.repository.put(MANIFEST_ID, damaged);
        const { sound, told } = await patient.check();
        assert.equal(sound, false);
        assert.deepEqual(told.slice(1, 4), [
          "error manifestDamaged IntegrityError",
          "info manifestRebuilding",
          "info archiveFound a",
        ]);
      }
    });

    it("gives archives of one name different ones", async () => {
      await patient.archive("a", [[file("x")]]);
      await patient.archive("a", [[file("y")]]);
      await patient.repository.delete(MANIFEST_ID);
      const { told } = await patient.check();
      assert.deepEqual(told.filter((text) => /archiveNameTaken|analyzing/.test(text)), [
        "warning archiveNameTaken a a.1",
        "info analyzing a 1 2",
        "info analyzing a.1 2 2",
      ]);
    });

    it("does not take in archives that are not genuine", async () => {
      await patient.manifest.save(patient.objects, true);
      const id = await forge();
      await patient.repository.delete(MANIFEST_ID);
      const { told } = await patient.check();
      assert.ok(told.includes(`error archiveRefused ${short(id)} ArchiveTAMInvalid`), told.join("\n"));
      assert.ok(!told.some((text) => text.includes("archiveFound")));
    });

    it("gives up when no object tells the kind of key", async () => {
      await patient.repository.put(MANIFEST_ID, Uint8Array.of(0x67, 1));
      await assert.rejects(patient.check(), IntegrityError);
    });
  });

  it("refuses repositories of features that it does not know", async () => {
    const flags = new Map([["check", new Map([["mandatory", ["time travel"]]])]]);
    patient.manifest.config.set("feature_flags", flags);
    await patient.archive("a", [[file("x")]]);
    await assert.rejects(patient.check(), MandatoryFeatureUnsupported);
  });

  describe("with their contents", () => {
    const start = [...BEGIN, "info verifyStarted"];

    it("finds nothing in sound ones", async () => {
      await patient.archive("a", [[file("x", [await patient.chunk("content")])]]);
      const { sound, told } = await patient.check({ verifyData: true });
      assert.equal(sound, true);
      assert.deepEqual(told.slice(0, 4), [...start, "check.verify_data 4/4", "info verifyFinished 4 0"]);
    });

    it("finds damaged objects", async () => {
      const [good, bad] = [await patient.chunk("good"), await patient.chunk("bad")];
      await patient.archive("a", [[file("x", [good, bad])]]);
      await patient.repository.put(bad.id, (await patient.repository.get(good.id)).slice());
      const { sound, told } = await patient.check({ verifyData: true });
      assert.equal(sound, false);
      assert.deepEqual(told.slice(0, 6), [
        ...start,
        `error chunkDamaged ${short(bad.id)} IntegrityError`,
        "check.verify_data 5/5",
        "warning chunksDamaged false",
        "error verifyFinished 5 1",
      ]);
    });

    it("misses objects that the index has and the segments do not", async () => {
      const chunk = await patient.chunk("content");
      await patient.archive("a", [[file("x", [chunk])]]);
      const { scan } = patient.repository;
      patient.repository.scan = async (limit, marker) => {
        const ids = await scan.call(patient.repository, limit, marker);
        return marker === undefined ? [...ids, idOf(77)] : ids;
      };
      const { sound, told } = await patient.check({ verifyData: true });
      assert.equal(sound, false);
      assert.ok(told.includes(`error chunkDamaged ${short(idOf(77))} Repository.ObjectNotFound`));
    });
  });
});
