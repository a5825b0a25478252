import { Buffer } from "node:buffer";
import { openSync } from "node:fs";
import type { StreamCompressor } from "../../compression/streams/codec.ts";
import { encodeText } from "../../encoding/path.ts";
import type { Environment } from "../../platform/environment.ts";
import { close, writeAll } from "../../platform/file.ts";
import type { Child } from "../../platform/spawn.ts";
import { asSystemError, SystemError } from "../../platform/system_error.ts";
import type { Filter } from "./filter.ts";
import { endFilter, type Program, startFilter } from "./run_filter.ts";

/** Where a tar file goes. */
export interface TarOutput {
  /** The bytes are not needed any more when the promise settles. */
  write(bytes: Uint8Array): Promise<void>;
  /** Everything has been written. Throws when a filter says that it failed. */
  finish(): Promise<void>;
  /** Lets go of what is open, without any more writing. May be called after `finish`. */
  close(): void;
}

/** Standard output. */
export interface StandardOutput {
  write(bytes: Uint8Array): void;
  flush(): void;
}

/** Opens a file, or standard output for `-`. Throws SystemErrors. */
export function openOutput(
  path: string,
  filter: Filter,
  stdout: StandardOutput,
  environment: Environment,
): TarOutput {
  const target = path === "-" ? new StandardTarget(stdout) : new FileTarget(create(path));
  if (filter.kind === "none") return target;
  if (filter.kind === "codec") return new CodecOutput(filter.codec.compressor((bytes) => target.put(bytes)), target);
  return new FilterOutput(filter, target, environment);
}

function create(path: string): number {
  try {
    return openSync(Buffer.from(encodeText(path)), "w", 0o666);
  } catch (error) {
    throw asSystemError(error) ?? error;
  }
}

abstract class Target implements TarOutput {
  /** What a program has to write to; undefined for what it inherits. */
  abstract readonly descriptor: number | undefined;
  abstract put(bytes: Uint8Array): void;
  abstract close(): void;

  write(bytes: Uint8Array): Promise<void> {
    this.put(bytes);
    return Promise.resolve();
  }

  finish(): Promise<void> {
    this.close();
    return Promise.resolve();
  }
}

class StandardTarget extends Target {
  readonly descriptor = undefined;

  constructor(private readonly stdout: StandardOutput) {
    super();
  }

  put(bytes: Uint8Array): void {
    this.stdout.write(bytes);
  }

  close(): void {
    this.stdout.flush();
  }
}

class FileTarget extends Target {
  #isOpen = true;

  constructor(readonly descriptor: number) {
    super();
  }

  put(bytes: Uint8Array): void {
    writeAll(this.descriptor, bytes);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    close(this.descriptor);
  }
}

class CodecOutput implements TarOutput {
  constructor(private readonly compressor: StreamCompressor, private readonly target: Target) {}

  write(bytes: Uint8Array): Promise<void> {
    return this.compressor.write(bytes);
  }

  async finish(): Promise<void> {
    await this.compressor.end();
    this.target.close();
  }

  close(): void {
    this.target.close();
  }
}

class FilterOutput implements TarOutput {
  readonly #child: Child;
  #isOpen = true;

  constructor(private readonly program: Program, private readonly target: Target, environment: Environment) {
    try {
      this.#child = startFilter(program, { stdin: "pipe", stdout: target.descriptor ?? "inherit" }, environment);
    } catch (error) {
      target.close();
      throw error;
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      writeAll(this.#child.stdin!, bytes);
    } catch (error) {
      if (!(error instanceof SystemError) || error.code !== "EPIPE") throw error;
      await this.finish(); // It tells why it does not listen any more, if it failed.
      throw error;
    }
  }

  async finish(): Promise<void> {
    this.close();
    await endFilter(this.program, this.#child);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    close(this.#child.stdin!);
    this.target.close();
  }
}
