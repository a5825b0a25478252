import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { environment, ours, type Outcome, type Sandbox } from "../../../interop/harness.ts";

/** A mount point and what is done with it, as the user who runs the test or another one. */
export class MountPoint {
  readonly path: string;

  constructor(private readonly sandbox: Sandbox, name = "mnt") {
    this.path = sandbox.path(name);
    mkdirSync(this.path, { recursive: true });
  }

  mount(subject: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Outcome {
    return this.sandbox.run(ours, ["mount", ...args, subject, this.path], { env });
  }

  /** Mounts, lets `look` look, and unmounts whatever happens. */
  async within(
    subject: string,
    args: readonly string[],
    look: (path: string) => void | Promise<void>,
    env: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const { status, stdout, stderr } = this.mount(subject, args, env);
    assert.equal(status, 0, `borg mount ended with ${status}\n${stdout}${stderr}`);
    try {
      await look(this.path);
    } finally {
      this.unmount();
    }
    assert.ok(!this.isMounted, "still mounted");
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
