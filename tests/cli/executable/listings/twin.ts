import assert from "node:assert/strict";
import { cpSync, rmSync } from "node:fs";
import { ours, type Outcome, type Program, type RunOptions, Sandbox, theirs } from "../../../interop/harness.ts";

/** Runs both programs one after the other on copies of the same repository, at the same place, with the same cache. */
export class Twin {
  readonly sandbox = new Sandbox();
  readonly base: string = this.sandbox.folder("base");

  /** Runs BorgBackup to prepare what both will find. */
  prepare(args: readonly string[], options: RunOptions = {}): void {
    this.sandbox.succeed(theirs, args, { base: this.base, ...options });
  }

  /** What was prepared is from now on what every run begins with. */
  freeze(): void {
    for (const name of ["base", "repo"]) cpSync(this.sandbox.path(name), this.sandbox.path(`frozen-${name}`), COPY);
  }

  /** Both do the same in the same words; gives what they say and how they end, for each of the commands. */
  same(...commands: readonly (readonly string[])[]): Outcome[] {
    return this.sameBut({}, ...commands);
  }

  /** The same, where `edit` takes away what is to differ. */
  sameBut(difference: Difference, ...commands: readonly (readonly string[])[]): Outcome[] {
    const { edit = (text: string) => text, look = () => undefined, ...options } = difference;
    const results = [ours, theirs].map((program) => {
      const outcomes = this.#run(program, commands, options);
      return { outcomes, seen: look() };
    });
    const [mine, other] = results.map(({ outcomes, seen }) => ({
      seen,
      outcomes: outcomes.map(({ status, stdout, stderr }) => ({ status, stdout: edit(stdout), stderr: edit(stderr) })),
    }));
    assert.deepEqual(mine, other, commands.map((args) => args.join(" ")).join("\n"));
    return results[0]!.outcomes;
  }

  /** BorgBackup itself finds nothing wrong with what was left. */
  verify(): void {
    this.sandbox.succeed(theirs, ["check", "--verify-data", "repo"], { base: this.base });
  }

  remove(): void {
    this.sandbox.remove();
  }

  #run(program: Program, commands: readonly (readonly string[])[], options: RunOptions): Outcome[] {
    for (const name of ["base", "repo"]) {
      rmSync(this.sandbox.path(name), { recursive: true, force: true });
      cpSync(this.sandbox.path(`frozen-${name}`), this.sandbox.path(name), COPY);
    }
    return commands.map((args) => this.sandbox.run(program, args, { base: this.base, ...options }));
  }
}

export interface Difference extends RunOptions {
  readonly edit?: (text: string) => string;
  /** Looks at what the commands have left, which is to be the same. */
  readonly look?: () => unknown;
}

const COPY = { recursive: true, preserveTimestamps: true };
