import type { ArgumentParser } from "argparse";
import { readableObjects } from "../../operations/debug/any_key.ts";
import { dumpLog } from "../../operations/debug/dump_log.ts";
import { dumpObjects } from "../../operations/debug/dump_objects.ts";
import { withLocalRepository, withRepository } from "../../operations/opening.ts";
import type { ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import { failureText } from "../failures.ts";
import { hostOf } from "../host.ts";
import type { CommonOptions } from "../options/common.ts";
import { addRequiredRepository, type LocationOptions } from "../options/location.ts";
import { flag } from "../options/flag.ts";
import { writeDump } from "../write_dump.ts";

export interface DumpRepoObjsOptions extends CommonOptions, LocationOptions {
  readonly ghost: boolean;
  readonly segment: number | undefined;
  readonly offset: number | undefined;
}

const TEXT = `
Writes every object of a repository, decrypted and decompressed, into files in the current directory: NUMBER_ID.obj, numbered
in the order in which they lie in the repository.

With --ghost, what the segment files hold is gone through instead, be it deleted, superseded or not committed:
NUMBER_SEGMENT_OFFSET_put_ID.obj for objects, and empty files for deletions (del) and commits. The repository must be on this
machine then. A segment that is damaged is left at the damage, with a message.

--segment and --offset only mean something with --ghost.`;

export const debugDumpRepoObjs: Command<DumpRepoObjsOptions> = {
  name: "dump-repo-objs",
  help: "Write all objects of a repository",
  epilog: epilog(TEXT),
  declare,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  addRequiredRepository(parser, types, "the repository to look at");
  flag(parser, "--ghost", "ghost", "go through the segment files, and take what counts no more too");
  const number = (option: string, dest: string, metavar: string, help: string) =>
    parser.add_argument(option, { dest, metavar, type: types.positive, help });
  number("--segment", "segment", "SEG", "with --ghost: only this segment");
  number("--offset", "offset", "OFFS", "with --ghost: only what begins at this offset of a segment");
}

async function run(options: DumpRepoObjsOptions, context: Context): Promise<void> {
  await (options.ghost ? dumpSegments(options, context) : dumpCurrent(options, context));
  context.stdout.write("Done.\n");
}

async function dumpCurrent({ location, lockWait }: DumpRepoObjsOptions, context: Context): Promise<void> {
  const host = hostOf(context);
  await withRepository(host, location, { lock: "shared", lockWait }, async (repository) => {
    const objects = await readableObjects(host, location, repository);
    for await (const dump of dumpObjects(objects)) await writeDump(dump, context);
  });
}

async function dumpSegments({ location, lockWait, ...selection }: DumpRepoObjsOptions, context: Context) {
  const host = hostOf(context);
  await withLocalRepository(host, location, { lock: "shared", lockWait }, async (repository) => {
    for await (const found of dumpLog(host, location, repository, selection)) {
      if ("problem" in found) {
        const { segment, path, problem } = found;
        const text = `Segment ${segment} (${path}) has IntegrityError(s) [${failureText(problem)}] - skipping.`;
        context.log.tell("repository", "error", text);
      } else await writeDump(found, context);
    }
  });
}
