import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ours, type Program, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { PARAMS, type Patient, Ward } from "./ward.ts";

const HEALED = /^one: tree\/large: Healed previously missing file chunk! \(Byte \d+-\d+, Chunk [0-9a-f]{64}\)\.$/gm;
const COMPLETELY = /^one: tree\/large: Completely healed previously damaged file!$/m;

/** An archive that other programs take for one of the same contents. */
function back(patient: Patient, program: Program, name: string): void {
  patient.succeed(program, "create", ...PARAMS, `${patient.path}::${name}`, "tree");
}

function cases(mode: string, creator: Program, isCompared: boolean): void {
  describe(`${mode} of ${creator.name}`, () => {
    let ward: Ward;
    before(() => {
      ward = new Ward(creator, mode);
    });
    after(() => ward.remove());

    /** With two chunks of the large file lost, repaired by ours. */
    function repaired(name = "patient"): Patient {
      const patient = ward.admit((repository) => repository.strike(ward.large[1]!, ward.large[3]!), name);
      patient.repair(ours);
      return patient;
    }

    it("remembers what is lost, and puts it back when it is backed up again", () => {
      const patient = repaired();
      const large = patient.dump("one").items.find(({ path }) => path === "tree/large")!;
      assert.equal(large.chunks_healthy?.length, large.chunks?.length);
      back(patient, ours, "three");
      assert.equal(patient.restore("one", ward.one).zeroed.join(), "large", "not without a repair");
      const healable = patient.run(ours, ["check", "-v", patient.path]);
      assert.equal(healable.status, 0, healable.stderr);
      assert.match(healable.stderr, /there again .* With --repair, it would be healed\.$/m);
      const twin = isCompared ? ward.clone(patient, "twin") : undefined;
      const said = patient.repair(ours);
      assert.equal(said.match(HEALED)?.length, 2);
      assert.match(said, COMPLETELY);
      assert.match(said, /^Deleting 0 orphaned and \d+ superseded objects\.\.\.$/m);
      patient.assertSound(theirs);
      for (const [name, contents] of [["one", ward.one], ["two", ward.two]] as const) {
        assert.deepEqual(patient.restore(name, contents).zeroed, []);
      }
      assert.ok(!("chunks_healthy" in patient.dump("one").items.find(({ path }) => path === "tree/large")!));
      twin?.repair(theirs);
      if (twin) assert.deepEqual(patient.dump("one"), twin.dump("one"));
    });

    it("gives healed archives the ids that they had", () => {
      const patient = repaired();
      back(patient, ours, "three");
      patient.repair(ours);
      const ids = patient.succeed(ours, "list", "--format", "{id}{NL}", "--first", "2", patient.path).trim().split(
        "\n",
      );
      assert.deepEqual(ids, [ward.one.ids.id, ward.two.ids.id]);
    });

    it("leaves a repository that goes on as any other", () => {
      const patient = repaired();
      for (const args of [["list", "::one"], ["info", ""], ["diff", "::one", "two"]]) {
        const [command, suffix, ...more] = args;
        patient.succeed(ours, command!, `${patient.path}${suffix}`, ...more);
      }
      back(patient, ours, "three");
      patient.succeed(ours, "rename", `${patient.path}::three`, "four");
      patient.succeed(ours, "delete", `${patient.path}::one`);
      patient.succeed(ours, "prune", "--keep-last", "1", patient.path);
      patient.succeed(ours, "compact", patient.path);
      assert.deepEqual(patient.archives(), ["four"]);
      patient.assertSound(theirs);
      const { status, stderr } = patient.run(ours, ["extract", "--dry-run", `${patient.path}::four`]);
      assert.equal(status, 0, stderr);
    });

    if (!isCompared) return;

    it("puts back what is there again of a file, and keeps zeros for the rest", () => {
      const patient = repaired();
      back(patient, ours, "three");
      patient.repository.strike(ward.large[3]!);
      const twin = ward.clone(patient, "twin");
      const said = patient.repair(ours, "--archives-only");
      assert.equal(said.match(HEALED)?.length, 1);
      assert.doesNotMatch(said, COMPLETELY);
      twin.repair(theirs, "--archives-only");
      for (const name of ["one", "three"]) assert.deepEqual(patient.dump(name), twin.dump(name));
      patient.assertSound(theirs, ours);
    });

    it("makes lost zeros anew", () => {
      const patient = repaired();
      const before = patient.dump("one");
      const large = before.items.find(({ path }) => path === "tree/large")!;
      const zeros = (large.chunks![1] as string[])[0]!.slice(1);
      patient.repository.strike(zeros);
      const { status, stderr } = patient.run(ours, ["check", patient.path]);
      assert.equal(status, 1);
      assert.match(
        stderr,
        /Missing all-zero replacement chunk detected .* With --repair, it would be generated anew\.$/m,
      );
      assert.match(patient.repair(ours), /Missing all-zero replacement chunk detected .* Generating new replacement/);
      assert.deepEqual(patient.dump("one"), before);
      patient.assertSound(theirs, ours);
    });

    it("repairs the archives that are chosen, and deletes nothing then", () => {
      const patient = ward.admit((repository) => repository.strike(ward.large[1]!));
      const said = patient.repair(ours, "--glob-archives", "one");
      assert.match(said, /^Orphaned objects check skipped \(needs all archives checked\)\.$/m);
      assert.doesNotMatch(said, /two:|^Deleting/m);
      assert.equal(patient.run(ours, ["check", patient.path]).status, 1);
      patient.repair(ours);
      patient.assertSound(theirs);
    });
  });
}

describe("healing", requirePeer("borg"), () => {
  cases("repokey", theirs, true);
  cases("none", ours, false);
  cases("repokey-blake2", ours, false);
});
