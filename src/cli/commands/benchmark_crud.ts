import type { ArgumentParser } from "argparse";
import { benchmark, type MeasuredCommands, type Measurement } from "../../operations/benchmark/crud.ts";
import { SAMPLES } from "../../operations/benchmark/sample.ts";
import { formatSize } from "../../encoding/size.ts";
import { argumentWorld } from "../argument_world.ts";
import { type ArgumentTypes, createArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import type { CommonOptions } from "../options/common.ts";
import { addRequiredRepository, type LocationOptions } from "../options/location.ts";
import { parseCommandLine } from "../parser.ts";
import { create } from "./create.ts";
import { deleteCommand } from "./delete.ts";
import { extract } from "./extract.ts";

export interface BenchmarkCrudOptions extends CommonOptions, LocationOptions {
  readonly path: string;
}

const TEXT = `
Measures how fast archives are created, read, updated and deleted. For this it makes files in a new folder borg-test-data in
PATH, which is removed again, and archives borg-benchmark-crud1 to 3 in REPOSITORY, which must exist and be let free by others
meanwhile. The archives are deleted at the end; "borg compact" frees their space. PATH needs 1 GB, the repository 3 GB.

A line for each measurement says what was done with which files, and how many MB of them per second:

  C  create an archive, without compression and without the files cache
  R  extract it with --dry-run: all is read and verified, and nothing written
  U  create another archive of the same files, with the files cache
  D  delete the last archive

  Z  files of zeros, of which next to nothing is stored    R  files of random bytes, which are stored in full
  BIG  10 files of 100 MB    MEDIUM  1000 files of 1 MB    SMALL  10000 files of 10 kB

What is measured differs from run to run, and says little about files of another kind. A passphrase should come from the
environment, or it is asked for again and again.

Example:
  BORG_PASSPHRASE=secret borg benchmark crud /mnt/backup/repo /tmp`;

export const benchmarkCrud: Command<BenchmarkCrudOptions> = {
  name: "crud",
  help: "Measure how fast archives are created, read, updated and deleted",
  epilog: epilog(TEXT),
  declare,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  addRequiredRepository(parser, types, "the repository to use; it must exist");
  parser.add_argument("path", { metavar: "PATH", type: types.path, help: "where to make files" });
}

async function run(options: BenchmarkCrudOptions, context: Context): Promise<void> {
  const { clock, interruption, stdout } = context;
  const laboratory = {
    commands: commandsFor(options, context),
    path: options.path,
    monotonic: () => clock.monotonic(),
    checkAbort: () => interruption.now.throwIfAborted(),
  };
  for await (const measurement of benchmark(laboratory, SAMPLES)) {
    stdout.write(`${measurementLine(measurement)}\n`);
    stdout.flush();
  }
}

export function measurementLine({ verb, sample: { name, count, size, random }, seconds }: Measurement): string {
  const speed = (count * size / seconds / 1e6).toFixed(2);
  const content = random ? "random" : "all-zero";
  const files = `${count} * ${formatSize(size)} ${content} files`;
  return `${verb}-${name.padEnd(10)} ${speed.padStart(9)} MB/s (${files}: ${seconds.toFixed(2)}s)`;
}

function commandsFor(options: BenchmarkCrudOptions, context: Context): MeasuredCommands {
  const perform = performer(options, context);
  return {
    create: (archive, path, { filesCache }) => {
      const cache = filesCache ? [] : ["--files-cache=disabled"];
      return perform(create, archive, ["--compression=none", ...cache], [path]);
    },
    extract: (archive) => perform(extract, archive, ["--dry-run"]),
    remove: (archive) => perform(deleteCommand, archive, []),
  };
}

/** Runs other commands with the common options that this one was given. */
function performer({ location, path: _, ...common }: BenchmarkCrudOptions, context: Context) {
  const types = createArgumentTypes(argumentWorld(context));
  return async (command: Command, archive: string, switches: string[], paths: string[] = []): Promise<void> => {
    const root = {
      name: "borg",
      help: "",
      commands: [{ name: command.name, help: "", load: () => Promise.resolve(command) }],
    };
    const { options } = await parseCommandLine([command.name, ...switches, `any::${archive}`, ...paths], root, types);
    const own = { ...options, ...common, location: { ...location, archive } };
    await command.run(command.check?.(own, context.log) ?? own, context);
  };
}
