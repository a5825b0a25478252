import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { Environment } from "../../../../platform/environment.ts";
import type { ServerChannel } from "../ssh2.d.ts";
import type { SessionEnd } from "./listener.ts";

/** How long a child may take to give its locks back, in milliseconds. */
const PATIENCE = 30_000;
/** A client that ignores the window gets no more memory than this. */
const MOST_UNREAD = 16 << 20;

export interface SessionOptions {
  /** The words that start the server for one client. */
  readonly words: readonly string[];
  readonly environment: Environment;
  /** Milliseconds without a byte in either direction after which a session ends; 0 = never. */
  readonly idleTime: number;
}

/** One client and the process that serves it. */
export class Session {
  received = 0;
  sent = 0;
  readonly #child: ChildProcess & { stdin: Writable; stdout: Readable; stderr: Readable };
  readonly #channel: ServerChannel;
  readonly #options: SessionOptions;
  #end: SessionEnd | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #killer: ReturnType<typeof setTimeout> | undefined;
  /** Settles when the process has ended and the channel is closed. */
  readonly ended: Promise<SessionEnd>;

  constructor(channel: ServerChannel, options: SessionOptions) {
    this.#channel = channel;
    this.#options = options;
    const [program, ...args] = options.words;
    this.#child = spawn(program!, args, {
      stdio: ["pipe", "pipe", "pipe"],
      env: options.environment as NodeJS.ProcessEnv,
    });
    this.ended = new Promise((resolve) => this.#watch(resolve));
    this.#connect();
    this.#touch();
  }

  /** Asks the process to end, and makes it end if it does not. */
  stop(end: "idle" | "stopped"): void {
    this.#end ??= { kind: end };
    this.#terminate();
  }

  /** Nobody is there any more. The process learns that its input has ended. */
  lose(): void {
    this.#end ??= { kind: "lost" };
    const { stdin, stdout, stderr } = this.#child;
    stdin.end();
    for (const stream of [stdout, stderr]) {
      stream.unpipe();
      stream.resume();
    }
    this.#killer ??= setTimeout(() => this.#terminate(), PATIENCE);
  }

  /** Whether the client sends more than it was allowed to. */
  get isFlooded(): boolean {
    return this.#channel.readableLength > MOST_UNREAD;
  }

  #connect(): void {
    const { stdin, stdout, stderr } = this.#child;
    const channel = this.#channel;
    for (const stream of [stdin, stdout, stderr, channel]) stream.on("error", () => {}); // the ends tell
    channel.on("data", (bytes: Uint8Array) => {
      this.received += bytes.length;
      this.#touch();
    });
    stdout.on("data", (bytes: Uint8Array) => {
      this.sent += bytes.length;
      this.#touch();
    });
    channel.pipe(stdin);
    stdout.pipe(channel, { end: false });
    stderr.pipe(channel.stderr, { end: false });
    channel.on("close", () => this.lose());
  }

  #watch(resolve: (end: SessionEnd) => void): void {
    const done = (end: SessionEnd) => {
      clearTimeout(this.#idle);
      clearTimeout(this.#killer);
      this.#channel.end();
      resolve(this.#end ?? end);
    };
    this.#child.on("error", () => done({ kind: "exit", status: 255 }));
    this.#child.on("close", (status, signal) => {
      if (signal === null) this.#channel.exit(status ?? 255);
      else this.#channel.exit(signal.replace(/^SIG/, ""), false, "");
      done(signal === null ? { kind: "exit", status: status ?? 255 } : { kind: "signal", signal });
    });
  }

  #terminate(): void {
    this.#child.kill("SIGTERM");
    clearTimeout(this.#killer);
    this.#killer = setTimeout(() => this.#child.kill("SIGKILL"), PATIENCE);
  }

  #touch(): void {
    const { idleTime } = this.#options;
    if (idleTime === 0) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.stop("idle"), idleTime);
  }
}
