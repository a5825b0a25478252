import assert from "node:assert/strict";
import { chmodSync, readdirSync, writeFileSync } from "node:fs";
import { ours, type Outcome, type Program, type RunOptions, Sandbox, theirs } from "../../../interop/harness.ts";

/** BorgBackup itself as the client of a server of this machine, which is started as sshd starts a forced command. */
export class Served {
  readonly sandbox = new Sandbox();
  readonly base: string = this.sandbox.folder("base");
  readonly env: Record<string, string>;

  /**
   * @param options what the server's command line has beside `serve`
   * @param server what serves
   */
  constructor(options: readonly string[] = [], server: Program = ours) {
    this.env = {
      BORG_RSH: this.#forcedShell(server, options),
      BORG_CHECK_I_KNOW_WHAT_I_AM_DOING: "YES",
      BORG_DELETE_I_KNOW_WHAT_I_AM_DOING: "YES",
    };
  }

  /** How the client calls what is at `path` on the server. */
  url(path = "repo"): string {
    return `ssh://host${this.sandbox.path(path)}`;
  }

  run(args: readonly string[], options: RunOptions = {}): Outcome {
    return this.sandbox.run(theirs, args, this.#options(options));
  }

  succeed(args: readonly string[], options: RunOptions = {}): string {
    return this.sandbox.succeed(theirs, args, this.#options(options));
  }

  /** The client ends with an error that says so. */
  refused(pattern: RegExp, args: readonly string[], options: RunOptions = {}): void {
    const { status, stderr } = this.run(args, options);
    assert.match(stderr, pattern);
    assert.equal(status, 2, stderr);
    assert.doesNotMatch(stderr, /Traceback|\.ts:/);
  }

  /** No lock is left, and the programs find the repository in order. */
  verify(path = "repo", ...programs: Program[]): void {
    this.assertUnlocked(path);
    for (const program of programs.length === 0 ? [theirs, ours] : programs) {
      const env = { BORG_RELOCATED_REPO_ACCESS_IS_OK: "yes" };
      this.sandbox.succeed(program, ["check", "--verify-data", this.sandbox.path(path)], { base: this.base, env });
    }
  }

  assertUnlocked(path = "repo"): void {
    const locks = readdirSync(this.sandbox.path(path)).filter((name) => name.startsWith("lock"));
    assert.deepEqual(locks, []);
  }

  remove(): void {
    this.sandbox.remove();
  }

  #options(options: RunOptions): RunOptions {
    return { base: this.base, ...options, env: { ...this.env, ...options.env } };
  }

  /** Stands in for `ssh`: whatever is asked for, the server runs, and knows what was asked for. */
  #forcedShell(server: Program, options: readonly string[]): string {
    const path = this.sandbox.path("forced-ssh");
    const words = options.map((word) => `'${word}'`).join(" ");
    writeFileSync(
      path,
      `#!/bin/sh
shift
export SSH_ORIGINAL_COMMAND="$*"
exec '${server.path}' serve ${words}
`,
    );
    chmodSync(path, 0o755);
    return path;
  }
}
