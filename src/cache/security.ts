import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Manifest } from "../archive/manifest.ts";
import type { Key } from "../crypto/key.ts";
import { fsPath } from "../crypto/private_file.ts";
import {
  CacheInitAbortedError,
  EncryptionMethodMismatch,
  RepositoryAccessAborted,
  RepositoryIDNotUnique,
  RepositoryReplay,
} from "./errors.ts";
import { readText, saveText } from "./local_files.ts";

const TAM_REQUIRED = "tam_required";

/**
 * What must be confirmed before a repository is used. The words, and the environment's answers, are the caller's
 * business.
 */
export type AccessQuestion =
  | { readonly kind: "unknown-unencrypted" }
  | { readonly kind: "relocated"; readonly previous: string; readonly current: string };

/** Whether to go on. */
export type Ask = (question: AccessQuestion) => Promise<boolean>;

/** What is remembered of a repository between runs. */
export interface RepositoryMemory {
  /** Its canonical location (format reference 10.8). */
  readonly location?: string;
  /** The type byte of its key. */
  readonly keyType?: number;
  /** The timestamp of its manifest. */
  readonly timestamp?: string;
}

/** What is known of a repository now. */
export interface RepositoryFacts extends Required<RepositoryMemory> {
  /** False if whoever has the repository can read it. */
  readonly encrypted: boolean;
  /** Whether the mode is `none`, in which nothing is authenticated. */
  readonly plaintext: boolean;
}

export function factsOf(location: string, key: Key, manifest: Manifest): RepositoryFacts {
  const { mode, logicallyEncrypted } = key;
  return {
    location,
    keyType: mode.type,
    timestamp: manifest.timestamp,
    encrypted: logicallyEncrypted,
    plaintext: mode.name === "none",
  };
}

/**
 * The directory in which a client remembers of one repository what an attacker must not change (format reference 9.4).
 */
export class SecurityDirectory {
  constructor(readonly path: string) {}

  /** Where the nonce manager keeps its mark. */
  get noncePath(): string {
    return join(this.path, "nonce");
  }

  read(): RepositoryMemory {
    const location = readText(this.#file("location"));
    const keyType = readText(this.#file("key-type"));
    const timestamp = readText(this.#file("manifest-timestamp"));
    return {
      ...(location === undefined ? {} : { location }),
      ...(keyType === undefined ? {} : { keyType: Number(keyType) }),
      ...(timestamp === undefined ? {} : { timestamp }),
    };
  }

  save({ location, keyType, timestamp }: Required<RepositoryMemory>): void {
    this.saveLocation(location);
    saveText(this.#file("key-type"), String(keyType));
    saveText(this.#file("manifest-timestamp"), timestamp);
  }

  saveLocation(location: string): void {
    saveText(this.#file("location"), location);
  }

  /** Whether a manifest of this repository once demanded to be authenticated, and none has taken that back. */
  get tamRequired(): boolean {
    return existsSync(fsPath(this.#file(TAM_REQUIRED)));
  }

  /** Remembers what an authenticated manifest demands. */
  noteManifest({ tam, config }: Manifest): void {
    if (tam !== "verified") return;
    const marker = this.#file(TAM_REQUIRED);
    if (config.get("tam_required") !== true) rmSync(fsPath(marker), { force: true });
    else if (!this.tamRequired) saveText(marker, "");
  }

  /** Forgets the repository. */
  destroy(): void {
    rmSync(fsPath(this.path), { recursive: true, force: true });
  }

  #file(name: string): string {
    return join(this.path, name);
  }
}

export interface AccessCheck {
  readonly directory: SecurityDirectory;
  readonly facts: RepositoryFacts;
  /** What the repository's cache remembers, if it has one. */
  readonly cached?: RepositoryMemory;
  readonly ask: Ask;
  /** The repository was just made: its not being encrypted needs no confirmation. Default false. */
  readonly isNew?: boolean;
}

/**
 * The checks before a repository is trusted, in the order of format reference 9.4. Remembers it if it was unknown, or
 * its place if that is new. Throws the errors of `errors.ts`.
 */
export async function checkAccess(check: AccessCheck): Promise<void> {
  const { directory, facts } = check;
  const known = directory.read();
  const isKnown = known.location !== undefined && known.keyType !== undefined && known.timestamp !== undefined;
  if (!facts.encrypted && !isKnown && !check.isNew && !(await check.ask({ kind: "unknown-unencrypted" }))) {
    throw new CacheInitAbortedError();
  }
  await checkLocation(check, check.cached?.location ?? known.location);
  checkKeyType(facts, known, check.cached);
  checkReplay(facts, known, check.cached);
  if (!isKnown) directory.save(facts);
}

async function checkLocation({ directory, facts, ask }: AccessCheck, previous: string | undefined): Promise<void> {
  const current = facts.location;
  if (previous === undefined || isSameLocation(previous, current)) return;
  if (!(await ask({ kind: "relocated", previous, current }))) throw new RepositoryAccessAborted();
  directory.saveLocation(current);
}

/** Before BorgBackup 1.0.8, relative paths were remembered as `/~/x` instead of `/./x` (format reference 16). */
function isSameLocation(previous: string, current: string): boolean {
  return previous === current || previous.replace("/~/", "/./") === current;
}

function checkKeyType(facts: RepositoryFacts, ...memories: (RepositoryMemory | undefined)[]): void {
  for (const memory of memories) {
    if (memory?.keyType !== undefined && memory.keyType !== facts.keyType) throw new EncryptionMethodMismatch();
  }
}

/** Timestamps have a form in which text order is time order. */
function checkReplay(facts: RepositoryFacts, ...memories: (RepositoryMemory | undefined)[]): void {
  for (const memory of memories) {
    if (memory?.timestamp === undefined || memory.timestamp <= facts.timestamp) continue;
    throw facts.plaintext ? new RepositoryIDNotUnique() : new RepositoryReplay();
  }
}
