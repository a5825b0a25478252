import type { Inquiry } from "./inquiry.ts";
import type { Interruption } from "./interruption.ts";
import type { Log } from "./log.ts";
import type { RemoteSettings } from "./options/common.ts";
import type { Outcome } from "./outcome.ts";
import type { Progress } from "./render/progress.ts";
import type { Questions } from "./render/prompt.ts";

/** Where bytes go. Text is written as UTF-8, with undecodable path bytes as they are. */
export interface Output {
  /** Returns when the bytes have been handed to the system. Throws BrokenPipe when nobody reads any more. */
  write(data: string | Uint8Array): void;
  /** Hands on what is still held back. */
  flush(): void;
}

/** Nobody reads standard output any more. */
export class BrokenPipe extends Error {
  constructor(options?: ErrorOptions) {
    super("standard output is closed", options);
    this.name = "BrokenPipe";
  }
}

/** Standard input, for lines and for bytes in turn. */
export interface Input {
  /** Fills the start of `buffer`; 0 at the end. */
  read(buffer: Uint8Array): Promise<number>;
  /** The next line without its line break; undefined at the end. */
  readLine(): Promise<string | undefined>;
}

export interface Terminal {
  /** Whether standard error is a terminal, so that a status line can be drawn there. */
  readonly isInteractive: boolean;
  /** Width of the terminal in columns; 80 when there is none. */
  columns(): number;
  /** Asks on the terminal without echo; undefined when there is nobody to ask. */
  readSecret(prompt: string): Promise<string | undefined>;
}

export interface Clock {
  /** Nanoseconds since 1970. */
  now(): bigint;
  /** Milliseconds that only ever grow. */
  monotonic(): number;
}

/** What a process is given, and all it may touch. The real one is made in `world.ts`, tests make their own. */
export interface World {
  /** Arguments after the program's name, as byte strings in the sense of `src/encoding/path.ts`. */
  readonly argv: readonly string[];
  /** The last part of the path under which the program was called. */
  readonly programName: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly interruption: Interruption;
  readonly inquiry: Inquiry;
  random(length: number): Uint8Array;
  /** Sets the process's file mode mask. */
  setUmask(mask: number): void;
}

/** What a command is handed: the world, and the ways of speaking that the common options chose. */
export interface Context extends World {
  readonly log: Log;
  readonly progress: Progress;
  readonly outcome: Outcome;
  readonly questions: Questions;
  readonly remote: RemoteSettings;
}
