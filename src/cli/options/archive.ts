import type { ArgumentGroup, ArgumentParser } from "argparse";
import type { Micros } from "../../archive/timestamps.ts";
import { type ChunkerParams, DEFAULT_CHUNKER_PARAMS } from "../../chunking/chunker.ts";
import type { Compression } from "../../compression/compression.ts";
import type { ArchiveDescription } from "../../operations/create/create.ts";
import { hostname, loginName } from "../../platform/host.ts";
import type { ArgumentTypes } from "../argument_types.ts";
import type { Context } from "../context.ts";
import { addCheckpointInterval, type CheckpointOptions } from "./checkpoints.ts";

/** What a new archive is like. */
export interface ArchiveOptions extends CheckpointOptions {
  readonly comment: string;
  readonly timestamp: Micros | undefined;
  readonly chunkerParams: ChunkerParams;
  readonly compression: Compression;
}

export function addArchiveOptions(parser: ArgumentParser, types: ArgumentTypes): void {
  const group = parser.add_argument_group("Archive options");
  group.add_argument("--comment", {
    dest: "comment",
    type: types.text,
    default: "",
    metavar: "COMMENT",
    help: "a remark to keep with the archive",
  });
  addTimestamp(group, types);
  addCheckpointInterval(group, types);
  group.add_argument("--chunker-params", {
    dest: "chunkerParams",
    type: types.chunkerParams,
    default: DEFAULT_CHUNKER_PARAMS,
    metavar: "PARAMS",
    help: "how to cut contents: buzhash,MIN_EXP,MAX_EXP,MASK_BITS,WINDOW or fixed,SIZE[,HEADER] " +
      "(default: buzhash,19,23,21,4095)",
  });
  addCompression(group, types);
}

export function addTimestamp(group: ArgumentGroup, types: ArgumentTypes): void {
  group.add_argument("--timestamp", {
    dest: "timestamp",
    type: types.timestamp,
    metavar: "TIMESTAMP",
    help: "date and time of the archive in UTC, yyyy-mm-ddThh:mm:ss, or a file whose time to take",
  });
}

export function addCompression(group: ArgumentGroup, types: ArgumentTypes): void {
  group.add_argument("-C", "--compression", {
    dest: "compression",
    type: types.compression,
    default: { name: "lz4" },
    metavar: "COMPRESSION",
    help: 'how to compress, see "borg help compression" (default: lz4)',
  });
}

/** What an archive says of itself that is made by this run. */
export function describeArchive(
  name: string,
  { comment, timestamp }: ArchiveOptions,
  { argv, env, programName }: Context,
): ArchiveDescription {
  return {
    name,
    comment,
    timestamp,
    cmdline: [programName, ...argv],
    hostname: env["BORG_HOSTNAME"] || hostname(),
    username: env["BORG_USERNAME"] || loginName(env),
  };
}
