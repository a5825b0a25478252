import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ours, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { MANIFEST } from "./damaged_repository.ts";
import { type Patient, Ward } from "./ward.ts";

const CONSENT = { BORG_CHECK_I_KNOW_WHAT_I_AM_DOING: "YES" };
const QUESTION = "This is a potentially dangerous function.\n" +
  "check --repair might lead to data loss (for kinds of corruption it is not\n" +
  "capable of dealing with). BE VERY CAREFUL!\n\n" +
  "Type 'YES' if you understand this and want to continue: ";

/** Every file of a repository and what it holds. */
function state(path: string): Map<string, string> {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(files.map(({ parentPath, name }) => {
    const file = join(parentPath, name);
    return [file, createHash("sha256").update(readFileSync(file)).digest("hex")];
  }));
}

describe("check --repair", requirePeer("borg"), () => {
  let ward: Ward;
  before(() => {
    ward = new Ward(theirs, "repokey");
  });
  after(() => ward.remove());

  /** With a lost chunk, and an index that knows of the loss. */
  function damaged(): Patient {
    const patient = ward.admit((repository) => repository.strike(ward.large[1]!));
    patient.run(ours, ["check", patient.path]);
    return patient;
  }

  /** Runs what must change nothing. */
  function refused(patient: Patient, args: readonly string[], env: Record<string, string>, input = "") {
    const before = state(patient.path);
    const outcome = ward.sandbox.run(ours, [...args, patient.path], { base: patient.base, env, input });
    assert.deepEqual(state(patient.path), before);
    return outcome;
  }

  it("asks as BorgBackup does, and does nothing without a YES", () => {
    const patient = damaged();
    for (const input of ["", "no\n", "y\n", "yes\n", "\n"]) {
      const args = ["check", "--repair", patient.path];
      const other = ward.sandbox.run(theirs, args, { base: patient.base, input });
      const mine = refused(patient, ["check", "--repair"], {}, input);
      assert.deepEqual(mine, { ...other, stderr: `${other.stderr}Cancelled by user.\n` });
    }
    assert.equal(refused(patient, ["check", "--repair"], { BORG_EXIT_CODES: "modern" }).status, 3);
    const { status, stderr } = refused(patient, ["check", "--repair"], {
      ...CONSENT,
      ...{
        BORG_CHECK_I_KNOW_WHAT_I_AM_DOING: "yes",
      },
    });
    assert.equal(
      stderr,
      `${QUESTION}yes (from BORG_CHECK_I_KNOW_WHAT_I_AM_DOING)\nInvalid answer, aborting.\nCancelled by user.\n`,
    );
    assert.equal(status, 2);
  });

  it("takes an answer that is typed", () => {
    const patient = damaged();
    const args = ["check", "--repair", "--save-space", patient.path];
    const { status, stderr } = ward.sandbox.run(ours, args, { base: patient.base, input: "YES\n" });
    assert.equal(status, 0);
    assert.ok(stderr.startsWith(`${QUESTION}one: tree/large: New missing file chunk`), stderr);
    patient.assertSound(ours);
  });

  it("tells the same in JSON", () => {
    const args = ["check", "--repair", "-v", "--progress", "--log-json"];
    const [mine, other] = [ours, theirs].map((program) => {
      const patient = damaged();
      return patient.run(program, [...args, patient.path], CONSENT).stderr.trim().split("\n").map((line) => {
        const { time: _time, name: _name, ...event } = JSON.parse(line);
        return event;
      });
    });
    assert.deepEqual(mine, other);
  });

  it("writes nothing when it is not to repair", () => {
    const lost = damaged();
    assert.equal(refused(lost, ["check", "--verify-data"], CONSENT).status, 1);
    const flipped = ward.admit((repository) => {
      const { segment, offset } = repository.find(ward.large[1]!);
      repository.flip(repository.segment(segment), offset + 100);
    });
    assert.equal(refused(flipped, ["check"], CONSENT).status, 1);
  });

  it("wants the repository for itself, even when locks are to be bypassed", () => {
    const patient = damaged();
    const roster = join(patient.path, "lock.roster");
    writeFileSync(roster, '{"shared": [["other@1", 1, 0]]}');
    for (const option of [[], ["--bypass-lock"]]) {
      const args = ["check", "--repair", "--lock-wait", "0", ...option];
      const { status, stderr } = refused(patient, args, CONSENT);
      assert.equal(status, 2);
      assert.match(stderr, /^Failed to create\/acquire the lock/);
    }
  });

  it("does not repair segments to which may only be appended, but archives", () => {
    const patient = damaged();
    const config = join(patient.path, "config");
    writeFileSync(config, readFileSync(config, "utf8").replace("append_only = 0", "append_only = 1"));
    const { status, stderr } = refused(patient, ["check", "--repair"], CONSENT);
    assert.equal(status, 2);
    assert.match(stderr, /is in append-only mode$/m);
    patient.repair(ours, "--archives-only");
    patient.assertSound(theirs);
  });

  it("repairs the repository alone", () => {
    const patient = ward.admit((repository) => {
      repository.strike(MANIFEST);
      repository.lose(repository.snapshot("index"));
    });
    const said = patient.repair(ours, "--repository-only");
    assert.match(said, /Finished full repository check, no problems found\.\n$/);
    assert.equal(patient.run(ours, ["check", "--repository-only", patient.path]).status, 0);
    assert.equal(patient.run(ours, ["list", patient.path]).status, 2);
  });

  it("finds nothing to do in a sound repository", () => {
    const patient = ward.admit(() => {});
    const said = patient.repair(ours);
    const [first, second] = [said, patient.repair(theirs)].map((text) => text.replace(/segment check at.*/, ""));
    assert.equal(first, second);
    const ids = patient.succeed(ours, "list", "--format", "{id}{NL}", patient.path).trim().split("\n");
    assert.deepEqual(ids, [ward.one.ids.id, ward.two.ids.id]);
  });

  it("gives up when there is nothing at all", () => {
    const patient = ward.admit((repository) => {
      for (const number of repository.segments()) repository.lose(repository.segment(number));
      repository.lose(repository.snapshot("index"));
    });
    const outcome = patient.run(ours, ["check", "--repair", patient.path], CONSENT);
    assert.equal(outcome.status, 1);
    assert.match(outcome.stderr, /^This repository contains no valid data\.$/m);
  });

  describe("without the right key", () => {
    const repairArchives = ["check", "--repair", "--archives-only"];

    it("changes nothing when the passphrase is wrong", () => {
      const { status, stderr } = refused(damaged(), repairArchives, { ...CONSENT, BORG_PASSPHRASE: "wrong" });
      assert.equal(status, 2);
      assert.match(stderr, /is incorrect\.$/m);
    });

    it("changes nothing when it is lost", () => {
      const patient = damaged();
      const config = join(patient.path, "config");
      writeFileSync(config, readFileSync(config, "utf8").replace(/^key = .*\n(\t.*\n)*/m, ""));
      const { status, stderr } = refused(patient, repairArchives, CONSENT);
      assert.equal(status, 2);
      assert.match(stderr, /^No key entry found in the config of repository/m);
    });

    it("changes nothing when it is another repository's", () => {
      const patient = damaged();
      const other = ward.sandbox.path("other");
      rmSync(other, { recursive: true, force: true });
      ward.sandbox.succeed(ours, ["init", "-e", "repokey", other], { base: patient.base });
      const key = /^key = .*\n(\t.*\n)*/m;
      const config = join(patient.path, "config");
      const foreign = key.exec(readFileSync(join(other, "config"), "utf8"))![0];
      writeFileSync(config, readFileSync(config, "utf8").replace(key, foreign));
      for (const more of [[], ["--verify-data"]]) {
        const { status, stderr } = refused(patient, [...repairArchives, ...more], CONSENT);
        assert.equal(status, 2);
        assert.match(stderr, /the key does not open any object, so nothing can be repaired$/m);
      }
    });
  });
});

describe("check --repair of authenticated repositories", () => {
  it("is not done without the key", () => {
    const ward = new Ward(ours, "authenticated");
    try {
      const patient = ward.admit((repository) => repository.strike(MANIFEST));
      const env = { ...CONSENT, BORG_WORKAROUNDS: "authenticated_no_key" };
      const { status, stderr } = patient.run(ours, ["check", "--repair", patient.path], env);
      assert.equal(status, 2);
      assert.match(stderr, /^Error: a repair needs the key$/m);
    } finally {
      ward.remove();
    }
  });
});
