import { createChunker } from "../../chunking/create.ts";
import { minimumForCut } from "../../chunking/buzhash.ts";
import type { Chunker, ChunkerParams } from "../../chunking/chunker.ts";
import type { ArchiveWriter, OpenFile } from "../archive_writer.ts";
import { andThen, type Work } from "../eventually.ts";
import { yieldingPace } from "../pace.ts";
import { readFile, type ReadInto, readWhenReady } from "./read_into.ts";
import { storeSparse } from "./sparse.ts";

/** A file that is probably too short to be cut, on its way into the room for a single chunk. */
interface Uncut {
  readonly file: OpenFile;
  readonly read: ReadInto;
  /** How many bytes there should be. */
  readonly expected: number;
  readonly room: Uint8Array;
}

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
  storeFile(file: OpenFile, fd: number, size: number): Work {
    const { params, sparse, writer } = this;
    this.#expected = size;
    if (!sparse || params.algorithm !== "fixed" || size === 0) return this.store(file, readFile(fd), size);
    return storeSparse(writer, file, { fd, size, ...params }, () => this.#breathe(file));
  }

  /** Stores what a fifo or a device gives. */
  storeSpecial(file: OpenFile, fd: number): Work {
    return this.store(file, readWhenReady(fd, () => this.visit(file, 0)), 0);
  }

  /** Stores all that `read` gives as the contents of `file`. `expected`: how many bytes there should be. */
  store(file: OpenFile, read: ReadInto, expected: number): Work {
    this.#expected = Number.isFinite(expected) ? expected : 0;
    if (expected >= this.#uncut) return this.#cut(file, read, new Uint8Array(0));
    return andThen(
      this.writer.room(this.#uncut),
      (room) => andThen(read(room), (length) => this.#storeUncut({ file, read, expected, room }, length)),
    );
  }

  /**
   * Stores a file of which `length` bytes are in `room`. One that has as many as it should is not asked for more: whoever
   * writes to it meanwhile changes its times, which is noticed afterwards.
   */
  #storeUncut(uncut: Uncut, length: number): Work {
    if (length === 0) return undefined;
    const isWhole = length === uncut.expected && length < uncut.room.length;
    return isWhole ? this.writer.commit(uncut.file, length) : this.#readOn(uncut, length);
  }

  async #readOn({ file, read, expected, room }: Uncut, begun: number): Promise<void> {
    let length = begun;
    while (length < room.length && length !== expected) {
      const got = await read(room.subarray(length));
      if (got === 0) break;
      length += got;
    }
    await (length === room.length ? this.#cut(file, read, room.slice()) : this.writer.commit(file, length));
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
