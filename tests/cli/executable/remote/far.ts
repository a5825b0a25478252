import { ours, type Outcome, type Program, type RunOptions, Sandbox, theirs } from "../../../interop/harness.ts";
import { fakeShell } from "./fake_shell.ts";

/** Our client with a server of this machine that it reaches as if it were another one. */
export class Far {
  readonly sandbox = new Sandbox();
  readonly env: Record<string, string>;

  constructor(readonly server: Program) {
    this.env = {
      BORG_RSH: fakeShell(this.sandbox),
      BORG_REMOTE_PATH: server.path,
      BORG_CHECK_I_KNOW_WHAT_I_AM_DOING: "YES",
      BORG_DELETE_I_KNOW_WHAT_I_AM_DOING: "YES",
      BORG_EXIT_CODES: "modern",
    };
  }

  /** Where the repository `name` is on the server. */
  path(name: string): string {
    return this.sandbox.path(name);
  }

  /** How the client calls it. */
  url(name: string): string {
    return `ssh://host${this.path(name)}`;
  }

  run(args: readonly string[], options: RunOptions = {}): Outcome {
    return this.sandbox.run(ours, args, { ...options, env: { ...this.env, ...options.env } });
  }

  succeed(args: readonly string[], options: RunOptions = {}): string {
    return this.sandbox.succeed(ours, args, { ...options, env: { ...this.env, ...options.env } });
  }

  /** What BorgBackup says of the repository where it is, with the client's keys. */
  local(args: readonly string[]): string {
    return this.sandbox.succeed(theirs, args, { base: this.sandbox.folder("base-ours"), env: this.env });
  }

  remove(): void {
    this.sandbox.remove();
  }
}
