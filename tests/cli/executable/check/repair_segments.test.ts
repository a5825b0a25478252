import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { ours, type Program, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import type { DamagedRepository } from "./damaged_repository.ts";
import { Ward } from "./ward.ts";

type Damage = (patient: DamagedRepository, ward: Ward) => void;

/** Damages the segment in which a chunk of the large file lies. */
function segment(damage: (patient: DamagedRepository, path: string, offset: number) => void): Damage {
  return (patient, { large }) => {
    const { segment, offset } = patient.find(large[1]!);
    damage(patient, patient.segment(segment), offset);
  };
}

function snapshot(kind: "index" | "hints" | "integrity", offset?: number): Damage {
  return (patient) => {
    const path = patient.snapshot(kind);
    if (offset === undefined) patient.lose(path);
    else patient.flip(path, offset);
  };
}

/** An entry of the index that leads nowhere, and no digest that tells. */
const astray: Damage = (patient, { large }) => {
  patient.lose(patient.snapshot("integrity"));
  const path = patient.snapshot("index");
  const content = readFileSync(path);
  content.writeUInt32LE(8, content.indexOf(large[1]!, 0, "hex") + 36);
  patient.write(path, content);
};

const LOSSES: readonly (readonly [string, Damage])[] = [
  ["a lost segment", segment((patient, path) => patient.lose(path))],
  ["a segment without a byte", segment((patient, path) => patient.cut(path, 0))],
  ["a segment cut within data", segment((patient, path, offset) => patient.cut(path, offset + 100))],
  ["a segment cut within a header", segment((patient, path, offset) => patient.cut(path, offset + 5))],
  ["flipped bits in data", segment((patient, path, offset) => patient.flip(path, offset + 200))],
  ["flipped bits in a size", segment((patient, path, offset) => patient.flip(path, offset + 5))],
];

const NO_LOSSES: readonly (readonly [string, Damage])[] = [
  ["a flipped magic", segment((patient, path) => patient.flip(path, 3))],
  ["a lost index", snapshot("index")],
  ["a flipped index", snapshot("index", 2000)],
  ["lost hints", snapshot("hints")],
  ["flipped hints", snapshot("hints", 10)],
  ["lost digests", snapshot("integrity")],
  ["flipped digests", snapshot("integrity", 10)],
  ["an index that leads astray", astray],
  ["a lost commit", (patient) => patient.lose(patient.segment(patient.segments().at(-1)!))],
  ["a flipped commit", (patient) => patient.flip(patient.segment(patient.segments().at(-1)!), 12)],
];

/** The same in fewer cases. */
const SEVERAL: readonly (readonly [string, Damage])[] = [
  ["a flipped magic and index", both("a flipped magic", "a flipped index")],
  ["a lost index and flipped hints", both("a lost index", "flipped hints")],
  ["lost hints and flipped digests", both("lost hints", "flipped digests")],
  ["a flipped commit and an index that leads astray", both("a flipped commit", "an index that leads astray")],
];

function both(...names: readonly string[]): Damage {
  const damages = NO_LOSSES.filter(([name]) => names.includes(name)).map(([, damage]) => damage);
  return (patient, ward) => damages.forEach((damage) => damage(patient, ward));
}

function cases(mode: string, creator: Program, isCompared: boolean): void {
  const verifiers = isCompared ? [theirs, ours] : [theirs];
  describe(`${mode} of ${creator.name}`, () => {
    let ward: Ward;
    before(() => {
      ward = new Ward(creator, mode);
    });
    after(() => ward.remove());

    for (const [number, [name, damage]] of LOSSES.entries()) {
      const isUsual = number % 2 === 0;
      if (!isCompared && !isUsual) continue;
      it(`survives ${name}`, () => {
        const patient = ward.admit((repository) => damage(repository, ward));
        const twin = isCompared && isUsual ? ward.clone(patient, "twin") : undefined;
        patient.repair(ours);
        const lost = patient.casualties(ward.two);
        assert.ok(lost.includes("large"), lost.join());
        patient.assertSound(...verifiers);
        for (const [archive, contents] of [["one", ward.one], ["two", ward.two]] as const) {
          const { whole, zeroed } = patient.restore(archive, contents);
          assert.deepEqual(zeroed, patient.casualties(contents));
          assert.equal(whole.length + zeroed.length, contents.tree.length);
        }
        if (!twin) return;
        twin.repair(theirs);
        assert.deepEqual(patient.dump("two"), twin.dump("two"));
      });
    }

    for (const [name, damage] of isCompared ? NO_LOSSES : SEVERAL) {
      it(`loses nothing by ${name}`, () => {
        const patient = ward.admit((repository) => damage(repository, ward));
        patient.repair(ours);
        patient.assertSound(...verifiers);
        const ids = [...patient.succeed(ours, "list", "--format", "{id}{NL}", patient.path).trim().split("\n")];
        assert.deepEqual(ids, [ward.one.ids.id, ward.two.ids.id]);
      });
    }
  });
}

describe("the repair of segments", requirePeer("borg"), () => {
  cases("repokey", theirs, true);
  cases("none", ours, false);
  cases("repokey-blake2", ours, false);
});
