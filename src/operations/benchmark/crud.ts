import type { Sample } from "./sample.ts";
import { SampleFiles } from "./sample_files.ts";

/** What is measured; each does its work in full before its promise settles. */
export interface MeasuredCommands {
  create(archive: string, path: string, options: { readonly filesCache: boolean }): Promise<void>;
  /** Reads and verifies everything, and writes nothing. */
  extract(archive: string): Promise<void>;
  remove(archive: string): Promise<void>;
}

/** To create, read, update and delete. */
export type Verb = "C" | "R" | "U" | "D";

export interface Measurement {
  readonly verb: Verb;
  readonly sample: Sample;
  readonly seconds: number;
}

export interface Laboratory {
  readonly commands: MeasuredCommands;
  /** Where test files are made, in a folder of their own. */
  readonly path: string;
  /** Milliseconds that only ever grow. */
  monotonic(): number;
  /** Throws when the run must end here. */
  checkAbort(): void;
}

const ARCHIVE = "borg-benchmark-crud";

/** Measures with one sample after the other. Neither files nor archives are left. */
export async function* benchmark(laboratory: Laboratory, samples: readonly Sample[]): AsyncGenerator<Measurement> {
  for (const sample of samples) {
    const files = new SampleFiles(laboratory.path);
    try {
      files.write(sample, laboratory.checkAbort);
      for await (const [verb, seconds] of measure(laboratory, files.folder)) yield { verb, sample, seconds };
    } finally {
      files.remove();
    }
  }
}

/** The second archive fills the files cache, which only the third one is to profit from. */
async function* measure({ commands, monotonic }: Laboratory, path: string): AsyncGenerator<[Verb, number]> {
  const time = async (verb: Verb, work: () => Promise<void>): Promise<[Verb, number]> => {
    const start = monotonic();
    await work();
    return [verb, (monotonic() - start) / 1000];
  };
  const [first, second, third] = [`${ARCHIVE}1`, `${ARCHIVE}2`, `${ARCHIVE}3`] as const;
  yield await time("C", () => commands.create(first, path, { filesCache: false }));
  yield await time("R", () => commands.extract(first));
  await commands.create(second, path, { filesCache: true });
  await commands.remove(second);
  yield await time("U", () => commands.create(third, path, { filesCache: true }));
  await commands.remove(third);
  yield await time("D", () => commands.remove(first));
}
