import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeFiles } from "../../../../src/repository/local/node_files.ts";
import { environment, ours } from "../../../interop/harness.ts";
import { MemoryFiles } from "../../../repository/memory_files.ts";
import { SCRATCH } from "../../../torture/machine.ts";
import { PASSPHRASE, quicken } from "../../../torture/quick_key.ts";
import { noise } from "../check/damaged_repository.ts";
import type { Change } from "./changes.ts";
import { CallReader, CALLS } from "./system_calls.ts";

/** What a program has done to a repository (`/repository`) and to all that its client keeps (`/base`). */
export interface Recording {
  /** As it was before; all of it on the disk for sure. */
  readonly before: MemoryFiles;
  readonly changes: readonly Change[];
}

const ARCHIVES = ["one", "two", "three"];

/** Repository and client of the executable, whose changes of files are recorded by `strace`. */
export class Recorder {
  readonly root: string = mkdtempSync(join(SCRATCH, "vinculum-test-"));

  /** Without a mode there is no repository yet. */
  constructor(mode?: string) {
    mkdirSync(this.#path("base"));
    for (const [i, name] of [...ARCHIVES, "new"].entries()) {
      mkdirSync(this.#path(name));
      for (let j = 0; j < 3; j++) writeFileSync(this.#path(name, `file${j}`), noise(1500, 1 + j + i));
    }
    if (mode !== undefined) this.#populate(mode);
    cpSync(this.#path("base"), this.#path("kept", "base"), { recursive: true });
    if (mode !== undefined) cpSync(this.#path("repository"), this.#path("kept", "repository"), { recursive: true });
  }

  /** Runs a command on the repository as it was made, and gives what it did. */
  record(command: string, env: Readonly<Record<string, string>> = {}): Recording {
    this.#restore();
    const before = new MemoryFiles();
    for (const name of ["repository", "base"]) read(this.root, `/${name}`, before);
    const log = this.#path("log");
    const options = ["--seccomp-bpf", "-ff", "-qq", "-y", "-xx", "-s", "100000000", "-e", `trace=${CALLS.join()}`];
    this.#run("strace", [...options, "-o", log, ours.path, ...words(command)], env);
    const changes = this.#logs().map((path) => {
      const reader = new CallReader(this.root);
      return readFileSync(path, "latin1").split("\n").flatMap((line) => reader.read(line));
    }).filter((found) => found.length > 0);
    assert.equal(changes.length, 1, "changes are made by one thread, else their order is not known");
    return { before, changes: changes[0]! };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #populate(mode: string): void {
    this.#run(ours.path, words(`init -e ${mode} repository`));
    quicken(nodeFiles, this.#path("repository"), this.#path("base"));
    this.#run(ours.path, words("config repository max_segment_size 3000"));
    for (const name of ARCHIVES) this.#run(ours.path, words(`create repository::${name} ${name}`));
  }

  #restore(): void {
    for (const name of ["repository", "base"]) {
      rmSync(this.#path(name), { recursive: true, force: true });
      const kept = this.#path("kept", name);
      if (statSync(kept, { throwIfNoEntry: false })) cpSync(kept, this.#path(name), { recursive: true });
    }
    for (const path of this.#logs()) rmSync(path);
  }

  #run(program: string, args: readonly string[], more: Readonly<Record<string, string>> = {}): void {
    const env = {
      ...environment(this.#path("base")),
      BORG_PASSPHRASE: PASSPHRASE,
      BORG_HOST_ID: "tests@1",
      BORG_DELETE_I_KNOW_WHAT_I_AM_DOING: "YES",
      ...more,
    };
    const { status, stderr } = spawnSync(program, args, { cwd: this.root, env, encoding: "utf8" });
    assert.equal(status, 0, `${args.join(" ")}: ${stderr}`);
  }

  #logs(): string[] {
    return readdirSync(this.root).filter((name) => name.startsWith("log.")).map((name) => this.#path(name));
  }

  #path(...names: readonly string[]): string {
    return join(this.root, ...names);
  }
}

function words(command: string): string[] {
  return command.split(" ");
}

/** Takes what is at `path` below `root` to the same path in memory. */
function read(root: string, path: string, into: MemoryFiles): void {
  const status = statSync(root + path, { throwIfNoEntry: false });
  if (status === undefined) return;
  if (status.isDirectory()) {
    into.makeDirectory(path);
    for (const name of readdirSync(root + path)) read(root, `${path}/${name}`, into);
    into.syncDirectory(path);
  } else {
    const handle = into.open(path, "create");
    into.write(handle, [new Uint8Array(readFileSync(root + path))], 0);
    into.sync(handle);
    into.close(handle);
  }
}
