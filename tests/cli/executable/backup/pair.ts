import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { ours, type Outcome, type Program, type RunOptions, Sandbox, theirs } from "../../../interop/harness.ts";

/** A folder to back up, and one repository for each program, made by itself. `@` in arguments stands for the program's own. */
export class Pair {
  readonly sandbox = new Sandbox();
  readonly source: string = this.sandbox.folder("source");

  constructor(mode = "none") {
    for (const program of [ours, theirs]) this.sandbox.succeed(program, ["init", "-e", mode, this.repository(program)]);
  }

  repository(program: Program): string {
    return this.sandbox.path(`repository-of-${program.name}`);
  }

  /** Runs one of the programs in the folder; in what it says its repository is called `@` again. */
  run(program: Program, args: readonly string[], options: RunOptions = {}): Outcome {
    const repository = this.repository(program);
    const given = args.map((arg) => arg.replace("@", repository));
    const { status, stdout, stderr } = this.sandbox.run(program, given, { cwd: this.source, ...options });
    return { status, stdout: stdout.replaceAll(repository, "@"), stderr: stderr.replaceAll(repository, "@") };
  }

  /** Both say the same and end alike; gives what they say. */
  same(args: readonly string[], options: RunOptions = {}): Outcome {
    const [mine, other] = [this.run(ours, args, options), this.run(theirs, args, options)];
    assert.deepEqual(mine, other, `borg ${args.join(" ")}`);
    return mine;
  }

  /** Both list the same and make the same archive of `paths`; gives what they say. */
  create(name: string, options: readonly string[], paths: readonly string[], run: RunOptions = {}): Outcome {
    const outcome = this.same(["create", "--list", ...options, `@::${name}`, ...paths], run);
    assert.deepEqual(this.items(ours, name), this.items(theirs, name), `items of ${name}`);
    return outcome;
  }

  /** An archive as BorgBackup reads it. */
  dump(program: Program, name: string): Dump {
    const path = this.sandbox.path("dump");
    rmSync(path, { force: true });
    const base = this.sandbox.folder("base-reader");
    this.sandbox.succeed(theirs, ["debug", "dump-archive", `${this.repository(program)}::${name}`, path], { base });
    return JSON.parse(readFileSync(path, "utf8")) as Dump;
  }

  /** Compressed lengths left out: compressors may differ by a few bytes. */
  items(program: Program, name: string): Item[] {
    return this.dump(program, name)._items.map((item) => ({
      ...item,
      ...(item.chunks && { chunks: item.chunks.map(([id, size]) => [id, size] as const) }),
    }));
  }

  /** What a check by BorgBackup says of what our program wrote. */
  verify(): void {
    const base = this.sandbox.folder("base-reader");
    this.sandbox.succeed(theirs, ["check", "--verify-data", this.repository(ours)], { base });
  }

  /** A new, empty folder for each program to restore into. */
  fresh(program: Program): string {
    const path = this.sandbox.path(`restored-by-${program.name}`);
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path);
    return path;
  }

  remove(): void {
    this.sandbox.remove();
  }
}

export interface Item {
  readonly path: string;
  readonly chunks?: readonly (readonly [id: string, size: number, csize?: number])[];
  readonly [key: string]: unknown;
}

export interface Dump {
  readonly _items: Item[];
  readonly _meta: Readonly<Record<string, unknown>>;
}

/** The letters that `--list` showed, by path. */
export function statuses({ stderr }: Outcome): Record<string, string> {
  const lines = stderr.split("\n").filter((line) => /^[A-Za-z?-] /.test(line));
  return Object.fromEntries(lines.map((line) => [line.slice(2), line[0]!]));
}
