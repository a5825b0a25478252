import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import {
  environment,
  ours,
  type Outcome,
  type Program,
  type RunOptions,
  type Sandbox,
} from "../../../interop/harness.ts";

/** Waits until `condition` holds; fails after twenty seconds. */
export async function until(condition: () => boolean, what: () => string): Promise<void> {
  for (let i = 0; i < 400; i++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`not within twenty seconds: ${what()}`);
}

/** A program that has mounted and serves. */
export interface Foreground {
  readonly pid: number;
  /** Waits until it has said something like that on stderr. */
  said(text: RegExp): Promise<void>;
}

/** A mount point, and the program that mounts there. */
export class MountPoint {
  readonly path: string;

  constructor(private readonly sandbox: Sandbox, name = "mnt", private readonly program: Program = ours) {
    this.path = sandbox.path(name);
    mkdirSync(this.path, { recursive: true });
  }

  mount(subject: string, args: readonly string[] = [], options: RunOptions = {}): Outcome {
    return this.sandbox.run(this.program, ["mount", ...args, subject, this.path], options);
  }

  /** Mounts, lets `look` look, and unmounts whatever happens. */
  async within(
    subject: string,
    args: readonly string[],
    look: (path: string) => void | Promise<void>,
    options: RunOptions = {},
  ): Promise<void> {
    const { status, stdout, stderr } = this.mount(subject, args, options);
    assert.equal(status, 0, `borg mount ended with ${status}\n${stdout}${stderr}`);
    try {
      await look(this.path);
    } finally {
      this.unmount();
    }
    assert.ok(!this.isMounted, "still mounted");
  }

  /** Mounts in the foreground, and gives what was said on stderr. */
  async inForeground(
    subject: string,
    args: readonly string[],
    look: (path: string, server: Foreground) => void | Promise<void>,
    env: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const base = this.sandbox.folder(`base-${this.program.name}`);
    const server = spawn(this.program.path, ["mount", "--foreground", ...args, subject, this.path], {
      env: { ...environment(base), ...env },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let text = "";
    server.stderr.setEncoding("utf8").on("data", (part: string) => text += part);
    const exited = once(server, "exit");
    try {
      await until(() => this.isMounted, () => `mounted: ${text}`);
      const said = (wanted: RegExp) => until(() => wanted.test(text), () => `${wanted} in: ${text}`);
      await look(this.path, { pid: server.pid!, said });
    } finally {
      server.kill("SIGINT");
      await exited;
      if (this.isMounted) spawnSync("umount", ["-l", this.path]);
    }
    return text;
  }

  unmount(): void {
    const { status, stderr } = this.sandbox.run(ours, ["umount", this.path]);
    if (status !== 0) spawnSync("umount", ["-l", this.path]);
    assert.equal(status, 0, stderr);
  }

  get isMounted(): boolean {
    return readFileSync("/proc/self/mounts", "utf8").includes(` ${this.path} fuse `);
  }
}

/** Runs a shell script over a mounted tree; gives its standard output. */
export function shell(cwd: string, script: string): string {
  const { status, stdout, stderr } = spawnSync("bash", ["-euc", script], {
    cwd,
    encoding: "utf8",
    env: environment(cwd),
    maxBuffer: 2 ** 28,
  });
  assert.equal(status, 0, `${script}\n${stdout}${stderr}`);
  return stdout;
}
