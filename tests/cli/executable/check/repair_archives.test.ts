import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ours, type Program, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { type DamagedRepository, MANIFEST } from "./damaged_repository.ts";
import { appendTransaction } from "./transactions.ts";
import { type Patient, Ward } from "./ward.ts";

type Damage = (patient: DamagedRepository, ward: Ward) => void;

interface Case {
  readonly name: string;
  readonly damage: Damage;
  readonly args?: readonly string[];
  /** Files that are holes afterwards, here and there. */
  readonly zeroed?: readonly string[];
  /** Whether items of the second archive are lost. */
  readonly losesItems?: boolean;
  readonly losesArchive?: boolean;
  /** BorgBackup 1.2 does not repair it, or not so. */
  readonly isBetter?: boolean;
  /** The same in every mode. */
  readonly isSpecial?: boolean;
  readonly says: RegExp;
}

const FOREIGN = "ab".repeat(32);
const REBUILT = /^Rebuilding missing manifest.*\nFound archive (one|two)\nFound archive (one|two)\nManifest rebuild/m;

function chunk(number: number): Damage {
  return (patient, { large }) => patient.strike(large[number]!);
}

function itemChunk(number: number): Damage {
  return (patient, { two }) => patient.strike(two.ids.items.at(number)!);
}

const CASES: readonly Case[] = [
  { name: "a lost manifest", damage: (patient) => patient.strike(MANIFEST), says: REBUILT },
  { name: "a damaged manifest", isSpecial: true, damage: (patient) => patient.spoil(MANIFEST), says: REBUILT },
  {
    name: "a damaged manifest, with all data",
    isSpecial: true,
    damage: (patient) => patient.spoil(MANIFEST),
    args: ["--verify-data"],
    says: REBUILT,
  },
  {
    name: "something else in place of the manifest",
    isSpecial: true,
    damage: (patient) => appendTransaction(patient.path, [{ id: MANIFEST, data: new Uint8Array(100) }]),
    says: REBUILT,
    isBetter: true,
  },
  {
    name: "a lost archive",
    isSpecial: true,
    damage: (patient, { two }) => patient.strike(two.ids.id),
    losesArchive: true,
    says: /^Archive metadata block [0-9a-f]{64} is missing!$/m,
  },
  {
    name: "a damaged archive",
    damage: (patient, { two }) => patient.spoil(two.ids.id),
    losesArchive: true,
    isBetter: true,
    says: /^Archive metadata block [0-9a-f]{64} is corrupted/m,
  },
  {
    name: "a lost first item chunk",
    isSpecial: true,
    damage: itemChunk(0),
    losesItems: true,
    says: /^item metadata chunk missing/m,
  },
  { name: "a lost item chunk", damage: itemChunk(1), losesItems: true, says: /^item metadata chunk missing/m },
  {
    name: "a lost last item chunk",
    isSpecial: true,
    damage: itemChunk(-1),
    losesItems: true,
    says: /^item metadata chunk missing/m,
  },
  {
    name: "a damaged item chunk",
    damage: (patient, { two }) => patient.spoil(two.ids.items[1]!),
    losesItems: true,
    isBetter: true,
    says: /^Data integrity error: .* \[chunk: 000001_[0-9a-f]{64}\]$/m,
  },
  {
    name: "lost file chunks",
    damage: (patient, { large, one }) => {
      patient.strike(large[1]!, large[2]!, one.ids.files.get("tree/small7")![0]!);
    },
    zeroed: ["large", "small7"],
    says: /^two: tree\/large: New missing file chunk detected \(.*\)\. Replacing with all-zero chunk\.$/m,
  },
  {
    name: "a damaged file chunk",
    damage: (patient, { large }) => patient.spoil(large[1]!),
    args: ["--verify-data"],
    zeroed: ["large"],
    says: /^Found defect chunks\. They will be deleted now/m,
  },
  {
    name: "superfluous objects",
    isSpecial: true,
    damage: (patient) => appendTransaction(patient.path, [{ id: FOREIGN, data: new Uint8Array(1) }]),
    says: /^1 orphaned objects found!\nDeleting 1 orphaned and 0 superseded objects/m,
  },
  {
    name: "all at once",
    damage: (patient, ward) => {
      chunk(0)(patient, ward);
      itemChunk(1)(patient, ward);
      patient.strike(MANIFEST);
    },
    zeroed: ["large"],
    losesItems: true,
    says: REBUILT,
  },
];

/** What a repair leaves, and that what was not damaged is as before. */
function assertOutcome(patient: Patient, { one, two }: Ward, expected: Case): void {
  const { zeroed = [], losesItems = false, losesArchive = false } = expected;
  assert.deepEqual(patient.archives(), losesArchive ? ["one"] : ["one", "two"]);
  const restored = patient.restore("one", one);
  assert.deepEqual(restored.zeroed, zeroed);
  assert.equal(restored.whole.length + zeroed.length, one.tree.length);
  if (losesArchive) return;
  const second = patient.restore("two", two);
  const left = second.whole.length + second.zeroed.length;
  assert.ok(left > 20, "most is left");
  assert.equal(left < two.tree.length, losesItems);
  if (!losesItems) assert.deepEqual(second.zeroed, zeroed);
}

function cases(mode: string, creator: Program, isCompared: boolean): void {
  const verifiers = isCompared ? [theirs, ours] : [theirs];
  describe(`${mode} of ${creator.name}`, () => {
    let ward: Ward;
    before(() => {
      ward = new Ward(creator, mode);
    });
    after(() => ward.remove());

    for (const expected of CASES.filter(({ isSpecial = false }) => isCompared || !isSpecial)) {
      it(`survives ${expected.name}`, () => {
        const { damage, args = [] } = expected;
        const patient = ward.admit((repository) => damage(repository, ward));
        const twin = isCompared && !expected.isBetter ? ward.clone(patient, "twin") : undefined;
        assert.match(patient.repair(ours, ...args), expected.says);
        patient.assertSound(...verifiers);
        assertOutcome(patient, ward, expected);
        if (!twin) return;
        twin.repair(theirs, ...args);
        const name = twin.archives().at(-1)!;
        assert.deepEqual(patient.dump(name), twin.dump(name));
      });
    }
  });
}

describe("the repair of archives", requirePeer("borg"), () => {
  cases("repokey", theirs, true);
  cases("none", ours, false);
  cases("repokey-blake2", ours, false);
});
