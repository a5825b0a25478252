import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { environment, ours, type Program } from "../../../interop/harness.ts";
import type { Pair } from "./pair.ts";

/** `borg create` of `d` and of standard input, which comes bit by bit. */
export class SlowBackup {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #closed: Promise<number>;
  #stderr = "";

  constructor(pair: Pair, name: string, options: readonly string[], program: Program = ours) {
    const env = environment(pair.sandbox.folder(`base-${program.name}`));
    const args = ["create", "--list", ...options, `${pair.repository(program)}::${name}`, "d", "-"];
    this.#child = spawn(program.path, args, { cwd: pair.source, env });
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => this.#stderr += text);
    this.#child.stdin.on("error", () => {}); // It may be gone before it has read everything.
    this.#closed = new Promise((resolve) =>
      this.#child.on("close", (code, signal) => resolve(code ?? (signal ? -1 : 0)))
    );
  }

  /** Resolves when all but the last bits have been read. */
  feed(data: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#child.stdin.write(data, () => setTimeout(resolve, 300)));
  }

  /** What it has said so far. */
  get stderr(): string {
    return this.#stderr;
  }

  async signal(signal: NodeJS.Signals): Promise<void> {
    this.#child.kill(signal);
    await pause(60);
  }

  async end(): Promise<{ status: number; stderr: string }> {
    this.#child.stdin.end();
    return { status: await this.#closed, stderr: this.#stderr };
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Repeats `action` until `condition` holds. */
export async function until(condition: () => boolean, action: () => Promise<void> | void = () => {}): Promise<void> {
  for (const end = Date.now() + PATIENCE; !condition();) {
    if (Date.now() > end) throw new Error("waited in vain");
    await action();
    await pause(20);
  }
}

const PATIENCE = 30_000;
