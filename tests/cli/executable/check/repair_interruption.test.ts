import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type CounterRange, counterRange, findOverlaps } from "../../../interop/counter_ranges.ts";
import { environment, ours, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { readPuts } from "../../../interop/segments.ts";
import { MANIFEST } from "./damaged_repository.ts";
import { type Dump, type Patient, Ward } from "./ward.ts";

interface Interruption {
  readonly signal: NodeJS.Signals;
  /** It is sent when this is said. How far the repair comes nevertheless does not matter. */
  readonly at: string;
}

const INTERRUPTIONS: readonly Interruption[] = [
  { signal: "SIGTERM", at: "attempting to recover" },
  { signal: "SIGINT", at: "Analyzing archive two" },
  { signal: "SIGTERM", at: "Deleting" },
  { signal: "SIGKILL", at: "attempting to recover" },
  { signal: "SIGKILL", at: "Analyzing archive two" },
  { signal: "SIGKILL", at: "Writing Manifest" },
];

describe("an interrupted repair", requirePeer("borg"), () => {
  let ward: Ward;
  let expected: Dump;
  before(() => {
    ward = new Ward(ours, "repokey");
    const patient = damaged();
    patient.repair(ours);
    expected = patient.dump("two");
  });
  after(() => ward.remove());

  function damaged(): Patient {
    return ward.admit((repository) => {
      repository.strike(ward.two.ids.items[1]!, MANIFEST);
      const { segment, offset } = repository.find(ward.large[1]!);
      repository.flip(repository.segment(segment), offset + 100);
    });
  }

  for (const { signal, at } of INTERRUPTIONS) {
    it(`can be done again after ${signal} at "${at}"`, async () => {
      const patient = damaged();
      const before = ranges(patient.path);
      const status = await interrupt(patient, signal, at);
      assert.match(String(status), /^(0|130|143|SIGKILL)$/);
      const between = ranges(patient.path);
      if (signal !== "SIGKILL") assert.ok(!existsSync(join(patient.path, "lock.exclusive")));
      // It opens: without a manifest, if that was not yet written.
      const listed = patient.run(ours, ["list", patient.path]);
      if (listed.status !== 0) assert.match(listed.stderr, /^Repository has no manifest\.$/m);
      patient.repair(ours);
      patient.assertSound(theirs);
      assert.deepEqual(patient.dump("two"), expected);
      assert.deepEqual(findOverlaps([...new Map([...before, ...between, ...ranges(patient.path)]).values()]), []);
    });
  }
});

/** Gives the exit status, or the signal that ended the process. */
function interrupt(patient: Patient, signal: NodeJS.Signals, at: string): Promise<number | string | null> {
  const env = { ...environment(patient.base), BORG_CHECK_I_KNOW_WHAT_I_AM_DOING: "YES" };
  const child = spawn(ours.path, ["check", "--repair", "-v", patient.path], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text: string) => {
    const before = said.includes(at);
    said += text;
    if (!before && said.includes(at)) child.kill(signal);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status, killer) => {
      if (said.includes(at)) resolve(status ?? killer);
      else reject(new Error(`it never said "${at}": ${said}`));
    });
  });
}

/** The counter values of every object, by the object. */
function ranges(repository: string): Map<string, CounterRange> {
  return new Map(readPuts(repository).map((put) => [put.data.toString("base64"), counterRange(put)]));
}
