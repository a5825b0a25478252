import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { ForkedBorg, mattersEarly, pythonOf } from "./forked_borg.ts";
import { findCommand } from "./requirements.ts";

export const PASSPHRASE = "correct horse";

/** A `borg` to run: ours or the real one. */
export interface Program {
  readonly name: "ours" | "theirs";
  readonly path: string;
}

export const ours: Program = {
  name: "ours",
  path: process.env["VINCULUM_BORG"] ?? fileURLToPath(new URL("../../dist/borg", import.meta.url)),
};
/** BorgBackup itself, for tests that require the peer `borg`. */
export const theirs: Program = { name: "theirs", path: findCommand("borg") ?? "borg" };

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Where the program keeps its keys, caches and memory of repositories. */
  readonly base?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
}

/** A temporary folder with a base directory for each program, and one that they share. */
export class Sandbox {
  readonly root: string = mkdtempSync(join(tmpdir(), "vinculum-test-"));
  #theirs: ForkedBorg | undefined;

  /** A path inside; nothing is made there. */
  path(...names: readonly string[]): string {
    return join(this.root, ...names);
  }

  /** A new or existing folder inside. */
  folder(...names: readonly string[]): string {
    const path = this.path(...names);
    mkdirSync(path, { recursive: true });
    return path;
  }

  /** Runs a program with a base directory of its own, unless `base` says otherwise. */
  run(program: Program, args: readonly string[], options: RunOptions = {}): Outcome {
    const base = options.base ?? this.folder(`base-${program.name}`);
    const env = { ...environment(base), ...options.env };
    const { cwd = this.root, input = "" } = options;
    const forked = program === theirs && !mattersEarly(options.env ?? {}) ? this.#loadTheirs() : undefined;
    if (forked) return forked.run({ args, cwd, env, input });
    const { status, stdout, stderr, error } = spawnSync(program.path, args, {
      cwd,
      env,
      input,
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    if (error) throw error;
    return { status, stdout, stderr };
  }

  /** Undefined when BorgBackup is no Python script, and cannot be loaded beforehand. */
  #loadTheirs(): ForkedBorg | undefined {
    const python = pythonOf(theirs.path);
    return this.#theirs ??= python === undefined ? undefined : new ForkedBorg(python, theirs.path, environment("/"));
  }

  /** Runs a command that must end with status 0, and returns what it printed on stdout. */
  succeed(program: Program, args: readonly string[], options: RunOptions = {}): string {
    const { status, stdout, stderr } = this.run(program, args, options);
    assert.equal(status, 0, `${program.name}: borg ${args.join(" ")} ended with ${status}\n${stdout}${stderr}`);
    return stdout;
  }

  remove(): void {
    this.#theirs?.close();
    this.#theirs = undefined;
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Nothing of the caller's own settings reaches a program under test. */
export function environment(base: string): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    HOME: base,
    LANG: "C.UTF-8",
    TZ: "UTC",
    BORG_BASE_DIR: base,
    BORG_PASSPHRASE: PASSPHRASE,
    BORG_SELFTEST: "disabled", // BorgBackup's test of itself, at each start: a third of what a small command takes
    BORG_DISPLAY_PASSPHRASE: "no",
    BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: "yes",
    BORG_RELOCATED_REPO_ACCESS_IS_OK: "yes",
  };
}
