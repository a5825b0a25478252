import assert from "node:assert/strict";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import type { ModeName } from "../../../../src/crypto/modes.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { Recorder, type Recording } from "./recording.ts";
import { STOPPED, tryInitRecording, tryRecording, WHOLE_RUNS } from "./whole_run.ts";

/** A few moments of each; the long run tries them all, that of mutants more. */
const STRIDE = Number(process.env["VINCULUM_TORTURE_STRIDE"] ?? 41);

/** Of a key file, what has to do with it. */
const RUNS = { repokey: WHOLE_RUNS, "keyfile-blake2": WHOLE_RUNS.filter(({ name }) => /create|key/.test(name)) };

for (const [mode, runs] of Object.entries(RUNS)) {
  describe(`whole runs that stop at a change of any file, in mode ${mode}`, requirePeer("strace"), () => {
    let recorder: Recorder;
    before(() => {
      recorder = new Recorder(mode);
    });
    after(() => recorder.remove());

    for (const [i, run] of runs.entries()) {
      it(run.name, async () => {
        const recording = recorder.record(run.command, run.env);
        for (const [j, stopped] of STOPPED.entries()) {
          const seed = i + 10 * j;
          const stride = Math.min(STRIDE, recording.changes.length);
          assert.ok(await tryRecording(recording, run, { stopped, seed, stride, encrypted: true }) > 0);
        }
      });
    }

    it("init", async () => {
      const maker = new Recorder();
      try {
        const recording = maker.record(`init -e ${mode} repository`);
        for (const [seed, stopped] of STOPPED.entries()) {
          assert.ok(
            await tryInitRecording(recording, mode as ModeName, { stopped, seed, stride: STRIDE, encrypted: true }) > 2,
          );
        }
      } finally {
        maker.remove();
      }
    });

    describe("would be found out", () => {
      const [create] = runs;
      let recording: Recording;
      before(() => {
        recording = recorder.record(create!.command);
      });

      async function assertFoundOut(mutant: Recording, pattern: RegExp): Promise<void> {
        const options = { stopped: "power", seed: 3, stride: 9, encrypted: true } as const;
        await assert.rejects(tryRecording(mutant, create!, options), pattern);
      }

      it("if nothing were synced", () => {
        const changes = recording.changes.filter(({ kind }) => kind !== "sync");
        return assertFoundOut({ ...recording, changes }, /create, power after change/);
      });

      it("if the marks of used counter values were not written", () => {
        const changes = recording.changes.filter(({ path }) => !/\/nonce\b/.test(path));
        return assertFoundOut({ ...recording, changes }, /share|segment/);
      });
    });
  });
}
