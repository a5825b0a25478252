import { MODES } from "../../src/crypto/modes.ts";
import type { ModeName } from "../../src/crypto/modes.ts";
import { Recorder, type Recording } from "../../tests/cli/executable/torture/recording.ts";
import { STOPPED, tryInitRecording, tryRecording, WHOLE_RUNS } from "../../tests/cli/executable/torture/whole_run.ts";

/** How a recording is stopped at its moments; gives how many there were. */
type Attempt = (options: Parameters<typeof tryRecording>[2]) => Promise<number>;

/** Stops recorded runs of the executable at every change of any file: of the repository, the cache, keys and marks. */
export async function tortureByRuns(seed: number, until: number): Promise<void> {
  const counts = { moments: 0, syncs: 0, failures: 0 };
  const attempt = async (what: string, mode: ModeName, { changes }: Recording, round: number, tryIt: Attempt) => {
    counts.syncs += changes.filter(({ kind }) => kind === "sync").length;
    for (const stopped of STOPPED) {
      if (performance.now() > until) return;
      const options = { stopped, seed: seed + round, stride: round === 0 ? 1 : 7, until, encrypted: isEncrypted(mode) };
      try {
        const tried = await tryIt(options);
        counts.moments += tried;
        console.log(`${mode}: ${what}, ${stopped}: ${tried} moments survived`);
      } catch (error) {
        counts.failures++;
        console.error(error instanceof Error ? error.message : error);
      }
    }
  };
  for (let round = 0; performance.now() < until; round++) {
    for (const mode of MODES.map(({ name }) => name as ModeName).toSorted(byNeed)) {
      await within(undefined, async (recorder) => {
        const recording = recorder.record(`init -e ${mode} repository`);
        await attempt("init", mode, recording, round, (options) => tryInitRecording(recording, mode, options));
      });
      await within(mode, async (recorder) => {
        for (const run of WHOLE_RUNS.filter(({ name }) => mode !== "none" || !name.startsWith("key"))) {
          if (performance.now() > until) return;
          const recording = recorder.record(run.command, run.env);
          await attempt(run.name, mode, recording, round, (options) => tryRecording(recording, run, options));
        }
      });
    }
  }
  console.log(`${counts.moments} moments of runs with ${counts.syncs} syncs survived`);
  if (counts.failures > 0) throw new Error(`${counts.failures} failures`);
}

/** Those with nonces first. */
function byNeed(a: ModeName, b: ModeName): number {
  return Number(isEncrypted(b)) - Number(isEncrypted(a));
}

function isEncrypted(mode: ModeName): boolean {
  return /^(repokey|keyfile)/.test(mode);
}

async function within(mode: ModeName | undefined, use: (recorder: Recorder) => Promise<void>): Promise<void> {
  const recorder = new Recorder(mode);
  try {
    await use(recorder);
  } finally {
    recorder.remove();
  }
}
