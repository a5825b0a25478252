import { readFileSync, rmSync } from "node:fs";
import { toHex } from "../encoding/bytes.ts";
import { decodeText, encodeText } from "../encoding/path.ts";
import { findByHeader, type KeyDirectory, type KeyedRepository } from "./key_directory.ts";
import { keyFileHeader } from "./key_file.ts";
import { fsPath, savePrivateFile } from "./private_file.ts";

const ATTIC_MAGIC = "ATTIC KEY";

/** Where programs of old kept key files. */
export interface OldKeyFolders {
  readonly attic: string;
  /** Of BorgBackup before 1.0. */
  readonly borg: string;
}

/** A key file that has to go where BorgBackup looks for it now: Attic's is copied and changed, BorgBackup's own moved. */
export interface OldKey {
  readonly origin: "attic" | "borg";
  readonly from: string;
  readonly to: string;
}

/** The old key file of a repository that has none in `directory` yet; undefined if there is none either. */
export function findOldKey(
  directory: KeyDirectory,
  folders: OldKeyFolders,
  repository: KeyedRepository,
): OldKey | undefined {
  const attic = findByHeader(folders.attic, `${ATTIC_MAGIC} ${toHex(repository.id)}`);
  const from = attic ?? findByHeader(folders.borg, keyFileHeader(repository.id));
  if (from === undefined) return undefined;
  const to = directory.onlyFile ?? directory.freePath(from.slice(from.lastIndexOf("/") + 1));
  return { origin: attic === undefined ? "borg" : "attic", from, to };
}

/** Puts an old key file in its new place. The secrets in it, and its passphrase, stay the same. */
export function bringKey({ origin, from, to }: OldKey): void {
  const content = decodeText(readFileSync(fsPath(from)));
  savePrivateFile(to, encodeText(origin === "attic" ? content.replace(ATTIC_MAGIC, "BORG_KEY") : content));
  if (origin === "borg") rmSync(fsPath(from));
}
