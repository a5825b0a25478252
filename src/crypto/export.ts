import { toHex } from "../encoding/bytes.ts";
import { decodeText } from "../encoding/path.ts";
import { BorgError } from "../errors.ts";
import { formatKeyFile } from "./key_file.ts";
import { KeyBlobError, parseKeyBlob } from "./key_blob.ts";
import type { KeyHome, KeyStore } from "./key_store.ts";
import type { Mode } from "./modes.ts";
import { formatPaperKey } from "./paper.ts";
import { formatQrPage } from "./qr_page.ts";

/** The file that shall be imported is no exported key. */
export class NotABorgKeyFile extends BorgError {
  constructor() {
    super("NotABorgKeyFile");
  }
}

/** The key that shall be imported belongs to another repository. */
export class RepoIdMismatch extends BorgError {
  constructor() {
    super("RepoIdMismatch");
  }
}

export type ExportForm = "file" | "paper" | "qr-html";

/**
 * The text of a repository's key for safekeeping, still under its passphrase. Throws UnencryptedRepo, and what loading
 * a key throws.
 */
export async function exportKey(mode: Mode, store: KeyStore, form: ExportForm): Promise<string> {
  const blob = await store.load(store.locate(mode));
  const { id } = store.repository;
  switch (form) {
    case "file":
      return formatKeyFile(id, blob);
    case "paper":
      return formatPaperKey(id, blob);
    case "qr-html":
      return formatQrPage(formatKeyFile(id, blob));
  }
}

/** The blob of an exported key in file form. Throws NotABorgKeyFile, RepoIdMismatch. */
export function parseExportedKey(content: Uint8Array, repositoryId: Uint8Array): Uint8Array {
  const text = decodeText(content);
  const match = /^BORG_KEY ([^\n]*)\n([^]*)$/.exec(text);
  if (!match) throw new NotABorgKeyFile();
  if (match[1]!.trimEnd() !== toHex(repositoryId)) throw new RepoIdMismatch();
  try {
    return parseKeyBlob(match[2]!);
  } catch (cause) {
    if (!(cause instanceof KeyBlobError)) throw cause;
    throw new NotABorgKeyFile();
  }
}

/** Stores an imported blob where the repository's key belongs, in place of what is there, and says where that is. */
export async function importKey(mode: Mode, store: KeyStore, blob: Uint8Array): Promise<KeyHome> {
  const home = store.locateForImport(mode);
  await store.save(home, blob);
  return home;
}
