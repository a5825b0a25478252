import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { create, remove } from "./commands.ts";
import { faulty } from "./faults.ts";
import { type Machine, PATH } from "./machine.ts";
import { NonceWitness } from "./nonce_witness.ts";
import { populate } from "./scenarios.ts";
import { assertClean, readState } from "./state.ts";

const MODES = ["repokey", "keyfile-blake2"] as const;

for (const mode of MODES) {
  describe(`no value of the AES counter is used twice, in mode ${mode}`, () => {
    let template: Machine;
    const machines: Machine[] = [];
    before(async () => {
      template = await populate(mode);
      machines.push(template);
    });
    after(() => machines.forEach((machine) => machine.remove()));

    /** Copies a machine for one test. */
    function copyOf(machine: Machine, files = machine.files.copy()): Machine {
      const copy = machine.copy(files);
      machines.push(copy);
      return copy;
    }

    function strangerOf(machine: Machine): Machine {
      const stranger = machine.stranger();
      machines.push(stranger);
      return stranger;
    }

    it("by two clients in turns", async () => {
      const first = copyOf(template);
      const second = strangerOf(first);
      const witness = new NonceWitness();
      for (let turn = 0; turn < 6; turn++) {
        const client = turn % 2 === 0 ? first : second;
        await create(client.host(), `turn${turn}`, [100 + turn, 1]);
        witness.look(first.files);
      }
      await remove(second.host(), ["turn0", "one"]);
      witness.look(first.files);
      witness.assertNoneTwice("two clients");
      await assertClean(first, "first client");
      await assertClean(second, "second client");
    });

    it("by two clients that are killed in turns", async () => {
      const first = copyOf(template);
      const second = strangerOf(first);
      const witness = new NonceWitness();
      witness.look(first.files);
      let killed = 0;
      for (let turn = 0; turn < 12; turn++) {
        const fault = faulty(first.files, "kill", 30 + 2 * turn, turn);
        const client = turn % 2 === 0 ? first : second;
        await create(client.host(fault.layer), `turn${turn}`, [200 + turn, 300 + turn, 400 + turn]).catch(() =>
          killed++
        );
        witness.look(first.files);
      }
      await create(second.host(), "last", [300]);
      witness.look(first.files);
      assert.ok(killed > 5, `only ${killed} were killed`);
      witness.assertNoneTwice("killed clients");
    });

    it("after what the client keeps was restored from an old copy", async () => {
      const now = copyOf(template);
      const witness = new NonceWitness();
      for (const name of ["a", "b"]) await create(now.host(), name, [name.charCodeAt(0)]);
      witness.look(now.files);
      const restored = copyOf(template, now.files);
      await create(restored.host(), "c", [400]);
      witness.look(now.files);
      witness.assertNoneTwice("an old client");
      await assertClean(restored, "an old client");
      await assertClean(now, "the client itself");
    });

    it("after the repository's own mark was lost, or restored from an old copy", async () => {
      for (const isLost of [true, false]) {
        const now = copyOf(template);
        const witness = new NonceWitness();
        now.files.link(`${PATH}/nonce`, `${PATH}/nonce.old`);
        await createKilled(now, witness);
        now.files.unlink(`${PATH}/nonce`);
        if (!isLost) now.files.rename(`${PATH}/nonce.old`, `${PATH}/nonce`);
        await create(now.host(), "b", [503]);
        witness.look(now.files);
        witness.assertNoneTwice("a lost mark");
      }
    });

    it("after the repository was restored from an old copy", async () => {
      const now = copyOf(template);
      const witness = new NonceWitness();
      await createKilled(now, witness);
      const restored = copyOf(now, template.files.copy());
      await create(restored.host(), "b", [502]);
      witness.look(restored.files);
      witness.assertNoneTwice("an old repository");
    });

    it("since an old copy of the repository is refused when its manifest is older than what was seen", async () => {
      const now = copyOf(template);
      await create(now.host(), "a", [600]);
      const replayed = copyOf(now, template.files.copy());
      await assert.rejects(create(replayed.host(), "b", [601]), { code: "Cache.RepositoryReplay" });
      assert.deepEqual([...(await readState(strangerOf(replayed))).keys()], ["one", "three", "two"]);
    });
  });
}

/** Stores objects and is killed before a manifest tells of them: nothing but the marks knows which values were used. */
async function createKilled(machine: Machine, witness: NonceWitness): Promise<void> {
  witness.look(machine.files);
  const before = witness.size;
  await assert.rejects(create(machine.host(faulty(machine.files, "kill", 25, 0).layer), "killed", [500, 501, 503]));
  witness.look(machine.files);
  assert.ok(witness.size > before + 5, `only ${witness.size - before} objects were stored`);
}
