import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, cpSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { SILENT } from "../../../../src/cache/listener.ts";
import { environment, ours, PASSPHRASE, Sandbox } from "../../../interop/harness.ts";
import { Machine } from "../../../torture/machine.ts";
import { describeState, readStateOf } from "../../../torture/state.ts";
import { nodeFiles } from "../../../../src/repository/local/node_files.ts";

const PATIENCE = 60_000;

export interface Ended {
  readonly status: number | null;
  readonly stderr: string;
}

/** A process that was started, and what comes of it. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/**
 * A repository (mode repokey) with a client, and processes that use it. One can be held as long as it has the lock: in the
 * command that it asks for the passphrase, or, if it asks for none, by a link that keeps the answers of its server back.
 */
export class Stage {
  readonly #gate: string;
  readonly #mark: string;

  constructor(readonly sandbox: Sandbox, private readonly name: string) {
    this.#gate = sandbox.path(name, "gate");
    this.#mark = sandbox.path(name, "mark");
  }

  /** Takes repository and client of another stage over. */
  copyFrom(other: Stage): void {
    this.sandbox.folder(this.name);
    for (const part of ["repo", "base"] as const) cpSync(other.#path(part), this.#path(part), { recursive: true });
  }

  get repository(): string {
    return this.#path("repo");
  }

  /** `@` is the repository. */
  run(command: string): Ended {
    return this.sandbox.run(ours, this.#words(command), { base: this.#base, env: SETTINGS });
  }

  succeed(command: string): void {
    const { status, stderr } = this.run(command);
    assert.equal(status, 0, `${command}: ${stderr}`);
  }

  start(command: string, env: Readonly<Record<string, string | undefined>> = {}): Running {
    const child = spawn(ours.path, this.#words(command), {
      cwd: this.sandbox.root,
      env: { ...environment(this.#base), ...SETTINGS, ...env },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let stderr = "";
    child.stderr!.setEncoding("utf8").on("data", (text: string) => stderr += text);
    const ended = new Promise<Ended>((resolve) => child.on("close", (status) => resolve({ status, stderr })));
    return { child, ended };
  }

  /** Starts a command and waits until it has the lock, and is held. */
  async hold(command: string, by: "passphrase" | "link"): Promise<Running> {
    rmSync(this.#gate, { force: true });
    rmSync(this.#mark, { force: true });
    const running = by === "link"
      ? this.start(command.replace("@", `ssh://host${this.repository}`), this.#linkSettings())
      : this.start(command, { BORG_PASSPHRASE: undefined, BORG_PASSCOMMAND: this.#passcommand() });
    await this.until(() => existsSync(this.#mark) || running.child.exitCode !== null, `${command} has the lock`);
    return running;
  }

  /** Lets the one that is held go on. */
  release(): void {
    writeFileSync(this.#gate, "");
  }

  /** Waits until somebody has looked for the lock in vain: each look makes something in the repository, and removes it. */
  async someoneWaits(): Promise<void> {
    const change = () => statSync(this.repository, { bigint: true }).mtimeNs;
    const before = change();
    await this.until(() => change() !== before, "somebody waits");
  }

  async until(condition: () => boolean, what: string): Promise<void> {
    for (const end = Date.now() + PATIENCE; !condition();) {
      if (Date.now() > end) assert.fail(`waited in vain: ${what}`);
      await setTimeout(20);
    }
  }

  get locks(): string[] {
    return readdirSync(this.repository).filter((name) => name.startsWith("lock"));
  }

  /** All archives and digests of what they hold. */
  async state(): Promise<string> {
    const machine = new Machine();
    try {
      cpSync(this.#base, machine.base, { recursive: true });
      const host = { ...machine.host(nodeFiles), cacheListener: SILENT };
      host.env = { ...host.env, BORG_PASSPHRASE: PASSPHRASE };
      return describeState(await readStateOf(host, { kind: "local", path: this.repository }));
    } finally {
      machine.remove();
    }
  }

  /** Where it can be mounted. */
  get mountPoint(): string {
    return this.sandbox.folder(this.name, "mnt");
  }

  get #base(): string {
    return this.#path("base");
  }

  #path(part: string): string {
    return this.sandbox.path(this.name, part);
  }

  #words(command: string): string[] {
    return command.replace("@", this.repository).replace("%", this.mountPoint).split(" ");
  }

  #passcommand(): string {
    const path = this.#path("ask");
    const wait = `touch '${this.#mark}'; while [ ! -e '${this.#gate}' ]; do sleep 0.05; done`;
    writeFileSync(path, `#!/bin/sh\n${wait}; echo '${PASSPHRASE}'\n`);
    chmodSync(path, 0o755);
    return path;
  }

  #linkSettings(): Record<string, string> {
    const link = fileURLToPath(new URL("held_link.ts", import.meta.url));
    return {
      BORG_RSH: `${process.execPath} ${link}`,
      BORG_REMOTE_PATH: ours.path,
      HELD_REPOSITORY: this.repository,
      HELD_MARK: this.#mark,
      HELD_GATE: this.#gate,
    };
  }
}

const SETTINGS = {
  BORG_EXIT_CODES: "modern",
  BORG_CHECK_I_KNOW_WHAT_I_AM_DOING: "YES",
  BORG_DELETE_I_KNOW_WHAT_I_AM_DOING: "YES",
};
