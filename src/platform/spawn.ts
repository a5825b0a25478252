import process from "node:process";
import { cString, cStrings } from "./c_string.ts";
import { O_RDWR } from "./constants.ts";
import { errno, errorNumber } from "./errno.ts";
import type { Environment } from "./environment.ts";
import { close, read } from "./file.ts";
import { openLibc } from "./libc.ts";
import { openPipe } from "./pipe.ts";
import { sleep } from "./sleep.ts";
import { createSpawnAttributes, inherit } from "./spawn_attributes.ts";
import { lastError, SystemError } from "./system_error.ts";

/** What a child's stream is: ours, nothing, a pipe whose other end we hold, or an open file. */
export type StreamKind = "inherit" | "null" | "pipe" | number;

export interface SpawnOptions {
  stdin?: StreamKind;
  stdout?: StreamKind;
  stderr?: StreamKind;
  environment?: Environment;
  /** Descriptors that the child gets under the same numbers; all others but the streams are closed in it. */
  keep?: readonly number[];
}

/** A child process. Its pipes are ours to close. */
export interface Child {
  readonly pid: number;
  /** Our end of each stream that is a pipe. */
  readonly stdin?: number;
  readonly stdout?: number;
  readonly stderr?: number;
}

const libc = openLibc({
  posix_spawnp: { args: ["buffer", "buffer", "buffer", "buffer", "buffer", "buffer"], returns: "i32" },
  posix_spawn_file_actions_init: { args: ["buffer"], returns: "i32" },
  posix_spawn_file_actions_adddup2: { args: ["buffer", "i32", "i32"], returns: "i32" },
  posix_spawn_file_actions_addopen: { args: ["buffer", "i32", "buffer", "i32", "u32"], returns: "i32" },
  posix_spawn_file_actions_destroy: { args: ["buffer"], returns: "i32" },
  waitpid: { args: ["i32", "buffer", "i32"], returns: "i32" },
});

const STREAMS = ["stdin", "stdout", "stderr"] as const;
const EINTR = errorNumber("EINTR");
const WNOHANG = 1;
const LONGEST_PAUSE = 20;

interface Plan {
  /** The child's ends, which we close when it runs, and ours. */
  readonly theirs: number[];
  readonly ours: { stdin?: number; stdout?: number; stderr?: number };
  readonly actions: Uint8Array<ArrayBuffer>;
}

/**
 * Starts a program, found by PATH; words and environment are passed byte for byte, which the runtimes' own functions
 * cannot do. The child starts with all signals at their default. Throws a SystemError, e.g. ENOENT with the program's name.
 */
export function spawn(words: readonly string[], options: SpawnOptions = {}): Child {
  const plan: Plan = { theirs: [], ours: {}, actions: new Uint8Array(new ArrayBuffer(256)) };
  libc.posix_spawn_file_actions_init(plan.actions);
  let started = false;
  try {
    STREAMS.forEach((name, target) => planStream(plan, name, target, options[name] ?? "inherit"));
    // On to itself: this opens it for the child even if it was to be closed there.
    for (const kept of options.keep ?? []) libc.posix_spawn_file_actions_adddup2(plan.actions, kept, kept);
    const pid = start(words, options.environment ?? process.env, plan.actions);
    started = true;
    return { pid, ...plan.ours };
  } finally {
    libc.posix_spawn_file_actions_destroy(plan.actions);
    for (const descriptor of plan.theirs) close(descriptor);
    if (!started) { for (const descriptor of Object.values(plan.ours)) close(descriptor); }
  }
}

/** Waits for the end of a child: its exit status, or the negated number of the signal that killed it. */
export async function exitOf({ pid }: Child): Promise<number> {
  for (let pause = 0;; pause = Math.min(pause + 1, LONGEST_PAUSE)) {
    const status = wait(pid, WNOHANG);
    if (status !== undefined) return status;
    await sleep(pause);
  }
}

/** The same without letting anything else run meanwhile. */
export function exitOfSync({ pid }: Child): number {
  for (;;) {
    const status = wait(pid, 0);
    if (status !== undefined) return status;
  }
}

/** Runs a program to its end and gives what it wrote to stdout. */
export function outputOf(words: readonly string[], environment?: Environment): { status: number; output: Uint8Array } {
  const child = spawn(words, { stdout: "pipe", ...(environment === undefined ? {} : { environment }) });
  const parts: Uint8Array[] = [];
  try {
    for (let part = readPart(child.stdout!); part.length > 0; part = readPart(child.stdout!)) parts.push(part);
  } finally {
    close(child.stdout!);
  }
  const output = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((offset, part) => (output.set(part, offset), offset + part.length), 0);
  return { status: exitOfSync(child), output };
}

function planStream(plan: Plan, name: typeof STREAMS[number], target: number, kind: StreamKind): void {
  if (kind === "inherit") return inherit(plan.actions, target);
  if (typeof kind === "number") {
    libc.posix_spawn_file_actions_adddup2(plan.actions, kind, target);
    return;
  }
  if (kind === "null") {
    libc.posix_spawn_file_actions_addopen(plan.actions, target, cString("/dev/null"), O_RDWR, 0);
    return;
  }
  const [reader, writer] = openPipe();
  const theirs = name === "stdin" ? reader : writer;
  plan.theirs.push(theirs);
  plan.ours[name] = name === "stdin" ? writer : reader;
  libc.posix_spawn_file_actions_adddup2(plan.actions, theirs, target);
}

function start(words: readonly string[], environment: Environment, actions: Uint8Array): number {
  const variables = Object.entries(environment).filter(([, value]) => value !== undefined);
  const pid = new Int32Array(1);
  const attributes = createSpawnAttributes();
  const failure = libc.posix_spawnp(
    new Uint8Array(pid.buffer),
    cString(words[0] ?? ""),
    actions,
    attributes.bytes,
    cStrings(words),
    cStrings(variables.map(([name, value]) => `${name}=${value}`)),
  );
  attributes.destroy();
  if (failure !== 0) throw new SystemError(failure, "spawn", words[0]);
  return pid[0]!;
}

/** Status of a child: low 7 bits = signal, next 8 bits above = exit status. Undefined while it runs. */
function wait(pid: number, options: number): number | undefined {
  const status = new Int32Array(1);
  const ended = libc.waitpid(pid, new Uint8Array(status.buffer), options);
  if (ended === 0) return undefined;
  if (ended < 0) {
    if (errno() === EINTR) return undefined;
    throw lastError("waitpid");
  }
  const signal = status[0]! & 0x7f;
  return signal === 0 ? (status[0]! >> 8) & 0xff : -signal;
}

function readPart(descriptor: number): Uint8Array {
  const buffer = new Uint8Array(new ArrayBuffer(65536));
  return buffer.subarray(0, read(descriptor, buffer));
}
