import { createChunker } from "../../chunking/create.ts";
import { minimumForCut } from "../../chunking/buzhash.ts";
import type { Chunker, ChunkerParams } from "../../chunking/chunker.ts";
import { read } from "../../platform/file.ts";
import { yieldToLoop } from "../../platform/signals.ts";
import type { ArchiveWriter, OpenFile } from "../archive_writer.ts";
import { attempt } from "../problems.ts";
import { storeSparse } from "./sparse.ts";

/** Where a file's bytes come from: fills the view from its start, gives how many bytes it put there, 0 at the end. */
export type ReadInto = (target: Uint8Array) => number | Promise<number>;

/** Reads files and cuts them into chunks for an ArchiveWriter. */
export class Contents {
  readonly #chunker: Chunker;
  /** A file shorter than this is one chunk, whatever it holds. */
  readonly #uncut: number;

  /** @param sparse find holes without reading them, where the chunker cuts at fixed places */
  constructor(
    private readonly writer: ArchiveWriter,
    private readonly params: ChunkerParams,
    private readonly sparse: boolean,
    seed: number,
    /** Hears of each piece of a file that has been read; throws when the run is to stop. */
    private readonly visit: (path: string) => void,
  ) {
    this.#chunker = createChunker(params, seed);
    this.#uncut = params.algorithm === "buzhash" ? minimumForCut(params) : 0;
  }

  /** Stores an open file's contents, from its start. `size`: as far as it is known. */
  async storeFile(file: OpenFile, fd: number, path: string, size: number): Promise<void> {
    const { params, sparse, writer } = this;
    if (sparse && params.algorithm === "fixed") await storeSparse(writer, file, { fd, path, size, ...params });
    else await this.store(file, fromDescriptor(fd, path), size);
  }

  /** Stores all that `read` gives as the contents of `file`. `expected`: how many bytes there should be. */
  async store(file: OpenFile, read: ReadInto, expected: number): Promise<void> {
    if (expected >= this.#uncut) return await this.#cut(file, read, new Uint8Array(0));
    const room = await this.writer.room(this.#uncut);
    const length = await readWhole(read, room, expected);
    if (length === room.length) return await this.#cut(file, read, room.slice());
    if (length > 0) await this.writer.commit(file, length);
  }

  /** Cuts `head` and all that follows. */
  async #cut(file: OpenFile, read: ReadInto, head: Uint8Array): Promise<void> {
    const chunker = this.#chunker;
    chunker.reset();
    if (head.length > 0) {
      chunker.space().set(head);
      chunker.commit(head.length);
    }
    for (;;) {
      const length = await read(chunker.space());
      if (length === 0) break;
      chunker.commit(length);
      await this.#takeChunks(file);
      await yieldToLoop();
      this.visit(file.item.path);
    }
    chunker.end();
    await this.#takeChunks(file);
  }

  async #takeChunks(file: OpenFile): Promise<void> {
    for (let chunk = this.#chunker.next(); chunk; chunk = this.#chunker.next()) {
      const room = await this.writer.room(chunk.length);
      room.set(chunk);
      await this.writer.commit(file, chunk.length);
    }
  }
}

/** Reads from an open file; a failure becomes a problem of that file. */
function fromDescriptor(fd: number, path: string): ReadInto {
  return (target) => attempt("read", () => read(fd, target), path);
}

/**
 * Reads until the end or until `target` is full. A file that has as many bytes as it should is not asked for more: whoever
 * writes to it meanwhile changes its times, which is noticed afterwards.
 */
async function readWhole(read: ReadInto, target: Uint8Array, expected: number): Promise<number> {
  let length = 0;
  while (length < target.length) {
    const got = await read(target.subarray(length));
    length += got;
    if (got === 0 || (length === expected && expected > 0)) break;
  }
  return length;
}
