import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { type Command, measure } from "./measure.ts";

/** One program with its own repositories, caches and restored files. */
export class Contestant {
  readonly #folder: string;
  #targets = 0;

  constructor(readonly name: string, readonly path: string, folder: string) {
    this.#folder = join(folder, name);
    mkdirSync(this.#folder, { recursive: true });
  }

  repository(name: string): string {
    return join(this.#folder, `repository-${name}`);
  }

  /** Makes the repository anew, and forgets what was known of the old one. */
  async renew(name: string, encryption: string): Promise<void> {
    rmSync(this.repository(name), { recursive: true, force: true });
    await measure(this.command(["init", "-e", encryption, this.repository(name)]));
  }

  /** A command with the settings that every run shares. */
  command(args: readonly string[], cwd = this.#folder): Command {
    const env = {
      PATH: process.env["PATH"] ?? "/usr/bin:/bin",
      LANG: "C.UTF-8",
      HOME: this.#folder,
      BORG_BASE_DIR: join(this.#folder, "base"),
      BORG_PASSPHRASE: "benchmark",
      BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: "yes",
      BORG_RELOCATED_REPO_ACCESS_IS_OK: "yes",
    };
    return { path: this.path, args, cwd, env };
  }

  /** The same as somebody who has nothing but what commands under this name have left. */
  apart(args: readonly string[], name: string): Command {
    const command = this.command(args);
    return { ...command, env: { ...command.env, BORG_BASE_DIR: join(this.#folder, `base-${name}`) } };
  }

  /** An empty folder to extract into; the one before is gone. */
  freshTarget(): string {
    rmSync(join(this.#folder, `target-${this.#targets}`), { recursive: true, force: true });
    const target = join(this.#folder, `target-${++this.#targets}`);
    mkdirSync(target);
    return target;
  }
}
