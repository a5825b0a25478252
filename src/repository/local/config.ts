import { randomBytes } from "node:crypto";
import { fromHex, toHex } from "../../encoding/bytes.ts";
import { Ini, IniError } from "../../encoding/ini.ts";
import { decodeText, encodeText } from "../../encoding/path.ts";
import { parseSize } from "../../encoding/size.ts";
import { InvalidRepository, InvalidRepositoryConfig } from "../errors.ts";
import type { RepositoryListener } from "../listener.ts";
import { ID_LENGTH, MAX_DATA_SIZE } from "../repository.ts";
import { writeDurably } from "./durable.ts";
import { HEAD_LENGTH } from "./entry.ts";
import { type FileLayer, hasCode, readWhole } from "./files.ts";

/** The only section of the configuration that means something. */
export const SECTION = "repository";

/** Segments must stay so short that offsets in them fit 32 bits, with one more entry behind the limit. */
const SEGMENT_SIZE_LIMIT = 2 ** 32 - (MAX_DATA_SIZE + HEAD_LENGTH);

const TRUE = ["1", "yes", "true", "on"];
const FALSE = ["0", "no", "false", "off"];

/** What the configuration says (format reference 2.2). Sizes are in bytes, 0 = none. */
export interface RepositoryConfig {
  readonly id: Uint8Array;
  readonly segmentsPerDirectory: number;
  readonly maxSegmentSize: number;
  readonly appendOnly: boolean;
  readonly storageQuota: number;
  readonly additionalFreeSpace: number;
}

/** The configuration of a new repository. */
export function newConfig(options: { appendOnly: boolean; storageQuota: number }): Ini {
  const ini = new Ini();
  ini.set(SECTION, "version", "1");
  ini.set(SECTION, "segments_per_dir", "1000");
  ini.set(SECTION, "max_segment_size", "524288000");
  ini.set(SECTION, "append_only", options.appendOnly ? "1" : "0");
  ini.set(SECTION, "storage_quota", String(options.storageQuota));
  ini.set(SECTION, "additional_free_space", "0");
  ini.set(SECTION, "id", toHex(randomBytes(ID_LENGTH)));
  return ini;
}

/** Throws InvalidRepository when there is none, InvalidRepositoryConfig when it is no configuration. */
export function readConfig(files: FileLayer, repositoryPath: string): Ini {
  try {
    return Ini.parse(decodeText(readWhole(files, `${repositoryPath}/config`)));
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) throw new InvalidRepository(repositoryPath);
    if (error instanceof IniError) throw new InvalidRepositoryConfig(repositoryPath, error.message);
    throw error;
  }
}

/** What a configuration means. Throws InvalidRepositoryConfig when something needed is missing or impossible. */
export function interpretConfig(ini: Ini, repositoryPath: string): RepositoryConfig {
  try {
    return interpret(ini);
  } catch (error) {
    if (error instanceof RangeError) throw new InvalidRepositoryConfig(repositoryPath, error.message);
    throw error;
  }
}

/**
 * Replaces the configuration durably and tries to leave nothing readable of the old one, which may hold a key
 * (format reference 2.2).
 */
export function writeConfig(files: FileLayer, repositoryPath: string, ini: Ini, listener: RepositoryListener): void {
  const path = `${repositoryPath}/config`;
  const old = `${path}.old`;
  if (files.status(old)) erase(files, old);
  const linked = files.status(path) !== undefined && tryLink(files, path, old, listener);
  writeDurably(files, path, encodeText(ini.format()));
  if (linked) erase(files, old);
}

function interpret(ini: Ini): RepositoryConfig {
  if (!ini.sections().includes(SECTION)) throw new RangeError("no repository section");
  if (integer(ini, "version") !== 1) throw new RangeError("unknown version");
  const maxSegmentSize = size(mandatory(ini, "max_segment_size"));
  if (maxSegmentSize >= SEGMENT_SIZE_LIMIT) throw new RangeError(`max_segment_size >= ${SEGMENT_SIZE_LIMIT}`);
  const segmentsPerDirectory = integer(ini, "segments_per_dir");
  if (segmentsPerDirectory < 1) throw new RangeError("segments_per_dir < 1");
  return {
    id: repositoryId(mandatory(ini, "id")),
    segmentsPerDirectory,
    maxSegmentSize,
    appendOnly: boolean(ini.get(SECTION, "append_only") ?? "0"),
    storageQuota: size(ini.get(SECTION, "storage_quota") ?? "0"),
    additionalFreeSpace: size(ini.get(SECTION, "additional_free_space") ?? "0"),
  };
}

function size(text: string): number {
  const bytes = parseSize(text);
  if (bytes < 0) throw new RangeError(`a negative size: ${text}`);
  return bytes;
}

function mandatory(ini: Ini, name: string): string {
  const value = ini.get(SECTION, name);
  if (value === undefined) throw new RangeError(`${name} is missing`);
  return value;
}

function integer(ini: Ini, name: string): number {
  const value = mandatory(ini, name).trim();
  if (!/^[0-9]+$/.test(value)) throw new RangeError(`${name} is not a number: ${value}`);
  return Number(value);
}

function boolean(value: string): boolean {
  const word = value.trim().toLowerCase();
  if (!TRUE.includes(word) && !FALSE.includes(word)) throw new RangeError(`append_only is not a boolean: ${value}`);
  return TRUE.includes(word);
}

function repositoryId(value: string): Uint8Array {
  const id = fromHex(value.trim());
  if (id.length !== ID_LENGTH) throw new RangeError(`id is not ${ID_LENGTH} bytes long`);
  return id;
}

/** A second name keeps the old content's place on the disk known while the configuration is replaced. */
function tryLink(files: FileLayer, path: string, old: string, listener: RepositoryListener): boolean {
  try {
    files.link(path, old);
    return true;
  } catch (error) {
    // File systems without hard links, or with a limit on them.
    if (!hasCode(error, "EMLINK", "ENOSYS", "EPERM", "EACCES", "EOPNOTSUPP", "ENOTSUP", "EIO")) throw error;
    listener.log("warning", "config.notErased", path, error instanceof Error ? error.message : String(error));
    return false;
  }
}

/** Overwrites and deletes a file. One that has other names is theirs, and is left as it is. */
function erase(files: FileLayer, path: string): void {
  const { links, size } = files.status(path)!;
  if (links === 1) {
    const handle = files.open(path, "update");
    try {
      files.write(handle, [randomBytes(size)], 0);
      files.sync(handle);
    } finally {
      files.close(handle);
    }
  }
  files.unlink(path);
}
