import { Buffer } from "node:buffer";
import { BorgError } from "../errors.ts";
import type { Repository } from "../repository/repository.ts";
import { formatKeyBlob, KeyBlobError, parseKeyBlob } from "./key_blob.ts";
import type { KeyDirectory, KeyedRepository } from "./key_directory.ts";
import { KeyfileInvalidError } from "./key_file.ts";
import type { Mode } from "./modes.ts";

/** `data`: repository. */
export class RepoKeyNotFoundError extends BorgError {
  constructor(repository: string) {
    super("RepoKeyNotFoundError", [repository]);
  }
}

/** There is no key to manage: the repository is not encrypted. */
export class UnencryptedRepo extends BorgError {
  constructor() {
    super("UnencryptedRepo");
  }
}

/** The place of one repository's key blob. */
export type KeyHome = { readonly kind: "repository" } | { readonly kind: "file"; readonly path: string };

/** Where blobs are read and written: the repository's configuration and the user's key files. */
export class KeyStore {
  readonly repository: KeyedRepository;
  readonly directory: KeyDirectory;
  readonly #store: Pick<Repository, "loadKey" | "saveKey">;

  constructor(store: Pick<Repository, "loadKey" | "saveKey">, repository: KeyedRepository, directory: KeyDirectory) {
    this.#store = store;
    this.repository = repository;
    this.directory = directory;
  }

  /** The place of an existing key. Throws UnencryptedRepo, KeyfileNotFoundError. */
  locate(mode: Mode): KeyHome {
    switch (mode.storage) {
      case "none":
        throw new UnencryptedRepo();
      case "repository":
        return { kind: "repository" };
      case "file":
        return { kind: "file", path: this.directory.locate(this.repository) };
    }
  }

  /** The place for an imported key: that of the existing one, else a new one. */
  locateForImport(mode: Mode): KeyHome {
    if (mode.storage !== "file") return this.locate(mode);
    const existing = this.directory.onlyFile ?? this.directory.find(this.repository);
    return { kind: "file", path: existing ?? this.directory.newPath(this.repository) };
  }

  /** How the key is named to the user: the repository, or the key file. */
  nameOf(home: KeyHome): string {
    return home.kind === "repository" ? this.repository.name : home.path;
  }

  /** Whether the repository's configuration holds a key. */
  async hasRepositoryKey(): Promise<boolean> {
    return blobText(await this.#store.loadKey()) !== "";
  }

  async load(home: KeyHome): Promise<Uint8Array> {
    if (home.kind === "file") return this.directory.read(this.repository, home.path);
    const text = blobText(await this.#store.loadKey());
    if (text === "") throw new RepoKeyNotFoundError(this.repository.name);
    return parseRepositoryKey(text, this.repository.name);
  }

  async save(home: KeyHome, blob: Uint8Array): Promise<void> {
    if (home.kind === "file") return this.directory.write(this.repository, home.path, blob);
    await this.#store.saveKey(Buffer.from(formatKeyBlob(blob)));
  }
}

function blobText(stored: Uint8Array): string {
  return Buffer.from(stored).toString("latin1").trim();
}

function parseRepositoryKey(text: string, repository: string): Uint8Array {
  try {
    return parseKeyBlob(text);
  } catch (cause) {
    if (!(cause instanceof KeyBlobError)) throw cause;
    throw new KeyfileInvalidError(repository, repository, { cause });
  }
}
