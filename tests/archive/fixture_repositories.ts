import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { Manifest } from "../../src/archive/manifest.ts";
import { Objects } from "../../src/archive/objects.ts";
import { type Key, openKey } from "../../src/crypto/key.ts";
import { KeyDirectory } from "../../src/crypto/key_directory.ts";
import { KeyStore } from "../../src/crypto/key_store.ts";
import { Passphrases } from "../../src/crypto/passphrase.ts";
import { SILENT } from "../../src/repository/listener.ts";
import { LocalRepository } from "../../src/repository/local/local_repository.ts";
import { MANIFEST_ID } from "../../src/repository/repository.ts";

const FIXTURES = fileURLToPath(new URL("../fixtures/borg-1.4.5/", import.meta.url));
export const IDENTITY = { hostId: "test@1", pid: process.pid };

/** Unpacks the repositories that BorgBackup 1.4.5 wrote into a new temporary folder. */
export function unpackFixtures(): string {
  const folder = mkdtempSync(join(tmpdir(), "vinculum-fixtures-"));
  execFileSync("tar", ["xJf", join(FIXTURES, "repos.tar.xz"), "-C", folder]);
  return folder;
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** An open repository, to be closed by whoever opened it. */
export interface OpenRepository {
  readonly repository: LocalRepository;
  readonly key: Key;
  readonly objects: Objects;
  readonly manifest: Manifest;
}

/** Opens a local repository for reading, without a lock. */
export async function openRepository(
  path: string,
  passphrase = "correct horse",
  keys = join(FIXTURES, "keys"),
): Promise<OpenRepository> {
  const repository = await LocalRepository.open(path, {
    lock: "none",
    lockWait: 1,
    identity: IDENTITY,
    listener: SILENT,
  });
  const store = new KeyStore(repository, { id: repository.id, name: path, path }, new KeyDirectory(keys));
  const passphrases = new Passphrases({ BORG_PASSPHRASE: passphrase }, {
    askSecret: () => Promise.resolve(undefined),
    confirmDisplay: () => Promise.resolve(false),
    notify: () => {},
  });
  const key = await openKey(await repository.get(MANIFEST_ID), store, passphrases);
  const objects = new Objects(repository, key.material);
  return { repository, key, objects, manifest: await Manifest.load(objects, key.tamRequired ?? false) };
}
