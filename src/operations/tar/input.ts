import type { Environment } from "../../platform/environment.ts";
import { close, openRead, read } from "../../platform/file.ts";
import type { Child } from "../../platform/spawn.ts";
import { type ReadInto, readPieces, readWhenReady } from "../create/read_into.ts";
import type { Filter } from "./filter.ts";
import { endFilter, type Program, startFilter } from "./run_filter.ts";

/** Where a tar file comes from. */
export interface TarInput {
  readonly read: ReadInto;
  /** Everything has been read. Throws when a filter says that it failed. */
  finish(): Promise<void>;
  /** Lets go of what is open. May be called after `finish`. */
  close(): void;
}

/**
 * Opens a file, or standard input for `-`. Throws SystemErrors.
 *
 * @param check called while there is nothing to read; throws when the run is to stop
 */
export function openInput(
  path: string,
  filter: Filter,
  { stdin, check, environment }: {
    readonly stdin: ReadInto;
    readonly check: () => void;
    readonly environment: Environment;
  },
): TarInput {
  if (filter.kind === "program") return new FilterInput(filter, path, environment, check);
  const source = path === "-" ? { read: stdin, finish: () => Promise.resolve(), close: () => {} } : new FileInput(path);
  return filter.kind === "none"
    ? source
    : { ...bound(source), read: readPieces(filter.codec.decompress(piecesOf(source.read))) };
}

function bound(source: TarInput): Pick<TarInput, "finish" | "close"> {
  return { finish: () => source.finish(), close: () => source.close() };
}

class FileInput implements TarInput {
  readonly #descriptor: number;
  readonly read: ReadInto = (target) => read(this.#descriptor, target);
  #isOpen = true;

  constructor(path: string) {
    this.#descriptor = openRead(path);
  }

  finish(): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    close(this.#descriptor);
  }
}

class FilterInput implements TarInput {
  readonly read: ReadInto;
  readonly #child: Child;
  #isOpen = true;

  constructor(private readonly program: Program, path: string, environment: Environment, check: () => void) {
    const file = path === "-" ? undefined : openRead(path);
    try {
      this.#child = startFilter(program, { stdin: file ?? "inherit", stdout: "pipe" }, environment);
    } finally {
      if (file !== undefined) close(file);
    }
    this.read = readWhenReady(this.#child.stdout!, check);
  }

  async finish(): Promise<void> {
    this.close();
    await endFilter(this.program, this.#child);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    close(this.#child.stdout!);
  }
}

const PIECE = 1 << 16;

async function* piecesOf(source: ReadInto): AsyncGenerator<Uint8Array> {
  for (;;) {
    const piece = new Uint8Array(PIECE);
    const length = await source(piece);
    if (length === 0) return;
    yield piece.subarray(0, length);
  }
}
