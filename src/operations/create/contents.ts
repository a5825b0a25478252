import { createChunker } from "../../chunking/create.ts";
import { minimumForCut } from "../../chunking/buzhash.ts";
import type { Chunker, ChunkerParams } from "../../chunking/chunker.ts";
import { yieldingPace } from "../pace.ts";
import type { ArchiveWriter, OpenFile } from "../archive_writer.ts";
import { readFile, type ReadInto, readWhenReady } from "./read_into.ts";
import { storeSparse } from "./sparse.ts";

/** Reads files and cuts them into chunks for an ArchiveWriter. */
export class Contents {
  readonly #chunker: Chunker;
  /** A file shorter than this is one chunk, whatever it holds. */
  readonly #uncut: number;
  readonly #pace = yieldingPace();
  /** How many bytes the present file should have; 0: nobody knows. */
  #expected = 0;

  /** @param sparse find holes without reading them, where the chunker cuts at fixed places */
  constructor(
    private readonly writer: ArchiveWriter,
    private readonly params: ChunkerParams,
    private readonly sparse: boolean,
    seed: number,
    /**
     * Hears of each piece of a file that has been read, and of how many bytes there should be (0: nobody knows). Throws
     * when the run is to stop.
     */
    private readonly visit: (file: OpenFile, expected: number) => void,
  ) {
    this.#chunker = createChunker(params, seed);
    this.#uncut = params.algorithm === "buzhash" ? minimumForCut(params) : 0;
  }

  /** Stores an open file's contents, from its start. `size`: what it has by its metadata, 0 where that says nothing. */
  async storeFile(file: OpenFile, fd: number, size: number): Promise<void> {
    const { params, sparse, writer } = this;
    this.#expected = size;
    if (!sparse || params.algorithm !== "fixed" || size === 0) return await this.store(file, readFile(fd), size);
    await storeSparse(writer, file, { fd, size, ...params }, () => this.#breathe(file));
  }

  /** Stores what a fifo or a device gives. */
  async storeSpecial(file: OpenFile, fd: number): Promise<void> {
    await this.store(file, readWhenReady(fd, () => this.visit(file, 0)), 0);
  }

  /** Stores all that `read` gives as the contents of `file`. `expected`: how many bytes there should be. */
  async store(file: OpenFile, read: ReadInto, expected: number): Promise<void> {
    this.#expected = Number.isFinite(expected) ? expected : 0;
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
      await this.#breathe(file);
    }
    chunker.end();
    await this.#takeChunks(file);
  }

  async #breathe(file: OpenFile): Promise<void> {
    await this.#pace();
    this.visit(file, this.#expected);
  }

  async #takeChunks(file: OpenFile): Promise<void> {
    for (let chunk = this.#chunker.next(); chunk; chunk = this.#chunker.next()) {
      const room = await this.writer.room(chunk.length);
      room.set(chunk);
      await this.writer.commit(file, chunk.length);
    }
  }
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
