import { Buffer } from "node:buffer";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SERVER = fileURLToPath(new URL("forked_borg.py", import.meta.url));
/** What BorgBackup or Python looks at while it is loaded. */
const EARLY = /^(BORG_FUSE_IMPL|BORG_HOST_ID|BORG_WORKAROUNDS|TMPDIR|LANG|LC_.*|LD_.*|PYTHON.*)$/;

export interface Command {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly input: string | Uint8Array;
}

/** Whether a command with these variables needs the program to be loaded with them. */
export function mattersEarly(env: Readonly<Record<string, string>>): boolean {
  return Object.keys(env).some((name) => EARLY.test(name));
}

/** The Python that a script is for; undefined when it is something else. */
export function pythonOf(script: string): string | undefined {
  return /^#!(\S*python[\d.]*)$/.exec(readFileSync(script, "latin1").split("\n", 1)[0]!)?.[1];
}

/** BorgBackup, loaded once and forked for every command: loading it takes 0.3 s, which is most of what a test takes. */
export class ForkedBorg {
  readonly #folder: string = mkdtempSync(join(tmpdir(), "vinculum-borg-"));
  readonly #requests: number;
  readonly #answers: number;
  readonly #server: ChildProcess;

  /** @param env what there is while it is loaded */
  constructor(python: string, private readonly script: string, env: Readonly<Record<string, string>>) {
    const requests = makePipe(join(this.#folder, "requests"));
    const answers = makePipe(join(this.#folder, "answers"));
    this.#server = spawn(python, [SERVER], { env, stdio: [requests.reader, answers.writer, "inherit"] });
    for (const descriptor of [requests.reader, answers.writer]) closeSync(descriptor);
    this.#requests = requests.writer;
    this.#answers = answers.reader;
  }

  run({ args, cwd, env, input: text }: Command): { status: number | null; stdout: string; stderr: string } {
    const [input, stdout, stderr] = ["input", "stdout", "stderr"].map((name) => join(this.#folder, name));
    writeFileSync(input!, text);
    for (const path of [stdout!, stderr!]) writeFileSync(path, "");
    writeSync(this.#requests, `${JSON.stringify({ args: [this.script, ...args], cwd, env, input, stdout, stderr })}\n`);
    const status = this.#status();
    return { status, stdout: readFileSync(stdout!, "utf8"), stderr: readFileSync(stderr!, "utf8") };
  }

  /** Null when a signal ended it. */
  #status(): number | null {
    const answer = Buffer.alloc(16);
    const length = readSync(this.#answers, answer);
    if (length === 0) throw new Error("BorgBackup could not be loaded");
    const status = Number(answer.subarray(0, length).toString());
    return status < 0 ? null : status;
  }

  close(): void {
    for (const descriptor of [this.#requests, this.#answers]) closeSync(descriptor);
    this.#server.kill("SIGKILL");
    rmSync(this.#folder, { recursive: true });
  }
}

/** Both ends of a pipe, which `node:fs` can only make as a fifo. */
function makePipe(path: string): { reader: number; writer: number } {
  execFileSync("mkfifo", [path]);
  const both = openSync(path, "r+");
  const [reader, writer] = [openSync(path, "r"), openSync(path, "w")];
  closeSync(both);
  return { reader, writer };
}
