import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ours } from "../../../interop/harness.ts";
import { type DamagedRepository, MANIFEST } from "./damaged_repository.ts";
import { Ward } from "./ward.ts";

const DAMAGES: readonly (readonly [string, (patient: DamagedRepository, ward: Ward) => void])[] = [
  ["a damaged manifest", (patient) => patient.spoil(MANIFEST)],
  ["a lost archive", (patient, { two }) => patient.strike(two.ids.id)],
  ["a damaged item chunk", (patient, { two }) => patient.spoil(two.ids.items[1]!)],
  ["a lost item chunk and a lost file chunk", (patient, { two, large }) => {
    patient.strike(two.ids.items[1]!, large[1]!);
  }],
  ["a lost segment", (patient, { large }) => patient.lose(patient.segment(patient.find(large[1]!).segment))],
  ["a flipped segment", (patient, { two }) => {
    const { segment, offset } = patient.find(two.ids.items[0]!);
    patient.flip(patient.segment(segment), offset + 100);
  }],
  ["no commits", (patient) => {
    for (const number of patient.segments()) patient.lose(patient.segment(number));
  }],
  ["garbage all over", (patient) => {
    for (const kind of ["index", "hints", "integrity"] as const) patient.write(patient.snapshot(kind), "garbage");
    patient.write(patient.segment(2), "garbage");
  }],
];

/** `@` is the repository. What changes it comes last, in an order in which something is left to do. */
const COMMANDS = [
  "list @",
  "list @::two",
  "info @::two",
  "extract --dry-run @::two",
  "export-tar @::two -",
  "diff @::one two",
  "check --archives-only @",
  "recreate --exclude small1 @::two",
  "rename @::one uno",
  "create @::new .",
  "prune --keep-last 1 @",
  "delete @::two",
  "compact @",
];

describe("a damaged repository", () => {
  let ward: Ward;
  before(() => {
    ward = new Ward(ours, "repokey");
  });
  after(() => ward.remove());

  for (const [name, damage] of DAMAGES) {
    it(`with ${name} is refused or put up with, in words`, () => {
      const patient = ward.admit((repository) => damage(repository, ward));
      for (const command of COMMANDS) {
        const args = command.replace("@", patient.path).split(" ");
        const cwd = ward.sandbox.folder("empty");
        const { status, stderr } = patient.run(ours, args, { BORG_SHOW_SYSINFO: "no" }, cwd);
        const told = `${command}: ${status}\n${stderr}`;
        assert.ok([0, 1, 2].includes(status!), told);
        if (status === 2) assert.notEqual(stderr, "", told);
        assert.doesNotMatch(
          stderr,
          /^\s+at |\b(Type|Range|Reference|Syntax|Msgpack|HashIndex)Error\b|undefined|NaN/m,
          told,
        );
      }
    });
  }
});
