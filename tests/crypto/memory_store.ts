import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KeyDirectory } from "../../src/crypto/key_directory.ts";
import { KeyStore } from "../../src/crypto/key_store.ts";
import type { PassphraseNotice, Prompter, SecretPrompt } from "../../src/crypto/prompter.ts";
import { Passphrases } from "../../src/crypto/passphrase.ts";
import type { Environment } from "../../src/platform/environment.ts";

/** The part of a repository that keeps a key. */
export class MemoryConfig {
  constructor(public blob: Uint8Array = new Uint8Array(0)) {}

  loadKey(): Promise<Uint8Array> {
    return Promise.resolve(this.blob);
  }

  saveKey(blob: Uint8Array): Promise<void> {
    this.blob = blob.slice();
    return Promise.resolve();
  }
}

/** A person who answers from a list, then has nothing more to say. */
export class ScriptedPrompter implements Prompter {
  readonly asked: SecretPrompt[] = [];
  readonly notices: PassphraseNotice[] = [];
  readonly #answers: string[];

  constructor(answers: readonly string[] = [], readonly display = false) {
    this.#answers = [...answers];
  }

  askSecret(prompt: SecretPrompt): Promise<string | undefined> {
    this.asked.push(prompt);
    return Promise.resolve(this.#answers.shift());
  }

  confirmDisplay(): Promise<boolean> {
    return Promise.resolve(this.display);
  }

  notify(notice: PassphraseNotice): void {
    this.notices.push(notice);
  }
}

export function passphrases(environment: Environment, ...answers: string[]): Passphrases {
  return new Passphrases(environment, new ScriptedPrompter(answers));
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "vinculum-crypto-"));
}

/** A key store in memory and a folder of its own, gone when `use` is done. */
export async function withKeyStore(
  id: Uint8Array,
  use: (store: KeyStore, config: MemoryConfig, folder: string) => Promise<void>,
  onlyFile?: string,
): Promise<void> {
  const folder = temporaryFolder();
  const config = new MemoryConfig();
  const repository = { id, name: "/backup/repo", path: "/backup/repo" };
  try {
    const only = onlyFile === undefined ? [] as const : [join(folder, onlyFile)] as const;
    await use(new KeyStore(config, repository, new KeyDirectory(join(folder, "keys"), ...only)), config, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
