import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { environment, ours, Sandbox } from "../../../interop/harness.ts";
import type { Chance } from "../../../repository/memory_files.ts";
import { noise } from "../check/damaged_repository.ts";
import { fakeShell } from "../remote/fake_shell.ts";

/** Who is killed: the one process there is, or one of the two of a repository on another machine. */
export type Killed = "local" | "client" | "server";

export interface KilledCommand {
  readonly name: string;
  /** `@` is the repository. */
  readonly args: string;
  /** What must be done before. */
  readonly prepare?: string;
  /** Archives that there may be if it does not come to its end. */
  readonly between?: readonly (readonly string[])[];
}

export const COMMANDS: readonly KilledCommand[] = [
  {
    name: "create",
    args: "create -C none --chunker-params fixed,20000 --checkpoint-interval 1 @::new new",
    between: [["one", "two", "three", "new.checkpoint"]],
  },
  { name: "delete", args: "delete @::one" },
  { name: "prune", args: "prune --keep-last 1 @" },
  { name: "compact", args: "compact --threshold 0 @", prepare: "delete @::two" },
  {
    name: "recreate",
    args: "recreate -C zlib,1 --recompress always @::two",
    between: [["one", "two", "three", "two.recreate.checkpoint"]],
  },
  { name: "check --repair", args: "check --repair @" },
];

const SETTINGS = {
  BORG_CHECK_I_KNOW_WHAT_I_AM_DOING: "YES",
  BORG_DELETE_I_KNOW_WHAT_I_AM_DOING: "YES",
};

/** Digests of the contents of archives, by name. */
type Contents = ReadonlyMap<string, string>;

/** Repositories whose users are killed while they work. */
export class Killing {
  readonly #sandbox = new Sandbox();
  readonly #original: Contents;
  readonly #shell: string;
  readonly #server: string;
  readonly #durations = new Map<string, number>();
  readonly #results = new Map<string, Contents>();

  constructor(mode = "repokey-blake2") {
    const sandbox = this.#sandbox;
    this.#shell = fakeShell(sandbox);
    this.#server = sandbox.path("server");
    writeFileSync(this.#server, `#!/bin/sh\necho $$ > '${this.#pidFile}'\nexec '${ours.path}' "$@"\n`);
    chmodSync(this.#server, 0o755);
    for (const [i, name] of ["one", "two", "three", "new"].entries()) {
      for (let j = 0; j < 8; j++) writeFileSync(`${sandbox.folder(name)}/file${j}`, noise(60_000, 1 + j * (i + 1)));
    }
    this.#succeed(`init -e ${mode} @`);
    this.#succeed("config @ max_segment_size 200000");
    for (const name of ["one", "two", "three"]) {
      this.#succeed(`create -C none --chunker-params fixed,20000 @::${name} ${name}`);
    }
    this.#keep();
    this.#original = this.#contents();
  }

  /** Kills a command at a moment that `chance` chooses, and looks what is left. Gives whether it was still running. */
  async kill(command: KilledCommand, killed: Killed, chance: Chance): Promise<boolean> {
    await this.#measure(command, killed);
    this.#restore(command);
    const moment = chance() * this.#durations.get(key(command, killed))!;
    const wasRunning = await this.#runAndKill(command, killed, moment);
    this.#assertSurvived(command, `${command.name}, ${killed} killed after ${Math.round(moment)} ms`);
    return wasRunning;
  }

  remove(): void {
    this.#sandbox.remove();
  }

  /** How long the command takes when nobody disturbs it, and what comes of it. */
  async #measure(command: KilledCommand, killed: Killed): Promise<void> {
    if (this.#durations.has(key(command, killed))) return;
    this.#restore(command);
    const start = performance.now();
    await ended(this.#start(command, killed));
    this.#durations.set(key(command, killed), performance.now() - start);
    this.#results.set(command.name, this.#contents());
  }

  async #runAndKill(command: KilledCommand, killed: Killed, moment: number): Promise<boolean> {
    rmSync(this.#pidFile, { force: true });
    const child = this.#start(command, killed);
    const end = ended(child);
    await Promise.race([end, new Promise((resolve) => setTimeout(resolve, moment))]);
    const wasRunning = child.exitCode === null;
    if (killed === "server") killServer(this.#pidFile);
    else child.kill("SIGKILL");
    await end;
    return wasRunning;
  }

  #start({ args }: KilledCommand, killed: Killed): ChildProcess {
    const repository = killed === "local" ? this.#repository : `ssh://host${this.#repository}`;
    return spawn(ours.path, args.replace("@", repository).split(" "), {
      cwd: this.#sandbox.root,
      env: {
        ...environment(this.#base),
        ...SETTINGS,
        BORG_RSH: this.#shell,
        BORG_REMOTE_PATH: this.#server,
      },
      stdio: "ignore",
    });
  }

  #assertSurvived({ name, between = [] }: KilledCommand, message: string): void {
    const found = this.#contents();
    const before = name === "compact" ? this.#results.get(name)! : this.#original;
    const after = this.#results.get(name)!;
    const names = [...found.keys()].sort().join();
    const allowed = [[...before.keys()], [...after.keys()], ...between].map((list) => [...list].sort().join());
    assert.ok(allowed.includes(names), `${message}: ${names}`);
    for (const [archive, digest] of found) {
      const known = before.get(archive) ?? after.get(archive);
      if (known !== undefined) assert.equal(digest, known, `${message}: ${archive}`);
    }
    this.#succeed("--lock-wait 60 check --verify-data @", message);
  }

  #contents(): Contents {
    const names = this.#succeed("--lock-wait 60 list --short --consider-checkpoints @").split("\n").filter(Boolean);
    return new Map(names.map((name) => [name, digest(this.#succeed(`export-tar @::${name} -`))]));
  }

  #succeed(command: string, message = ""): string {
    const args = command.replace("@", this.#repository).split(" ");
    const { status, stdout, stderr } = this.#sandbox.run(ours, args, { base: this.#base, env: SETTINGS });
    assert.equal(status, 0, `${message} borg ${command}: ${status}\n${stderr}`);
    return stdout;
  }

  #keep(): void {
    cpSync(this.#repository, this.#sandbox.path("kept"), { recursive: true });
    cpSync(this.#base, this.#sandbox.path("kept-base"), { recursive: true });
  }

  #restore({ prepare }: KilledCommand): void {
    for (const [from, to] of [["kept", this.#repository], ["kept-base", this.#base]] as const) {
      rmSync(to, { recursive: true, force: true });
      cpSync(this.#sandbox.path(from), to, { recursive: true });
    }
    if (prepare) this.#succeed(prepare);
  }

  get #repository(): string {
    return this.#sandbox.path("repo");
  }

  get #base(): string {
    return this.#sandbox.folder("base");
  }

  get #pidFile(): string {
    return this.#sandbox.path("server.pid");
  }
}

function key({ name }: KilledCommand, killed: Killed): string {
  return `${name} ${killed}`;
}

function killServer(pidFile: string): void {
  const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, "utf8")) : 0;
  if (pid === 0) return;
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve());
  });
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
