import type { ChunkEntry, Item } from "../archive/item.ts";
import { partPath } from "../archive/names.ts";
import type { Statistics } from "../archive/statistics.ts";
import {
  type ChunkReceiver,
  type ChunkStore,
  type ChunkWriter,
  releaseChunk,
  type StoredChunk,
} from "./chunk_writer.ts";
import { andAlso, type Eventually, type Work } from "./eventually.ts";
import type { ItemSink } from "./item_sink.ts";

/** A file whose contents are on their way into the repository. */
export class OpenFile implements ChunkReceiver {
  readonly chunks: ChunkEntry[] = [];
  wanted = true;
  /** Chunks committed and not yet received. */
  pending = 0;
  /** Bytes of contents committed so far. */
  committed = 0;
  finished = false;
  /** Parts written so far, and how many of the chunks they hold. */
  parts = 0;
  partChunks = 0;

  constructor(
    readonly item: Item,
    readonly hasContents: boolean,
    private readonly writer: ArchiveWriter,
    /** Called when the item has been written to the archive. */
    readonly written: (item: Item) => void,
  ) {}

  receive(chunk: StoredChunk): Work {
    return this.writer.received(this, chunk);
  }
}

/** What an ArchiveWriter tells and asks while contents arrive. */
export interface ArchiveWriterHooks {
  /** Whether it is time to save a checkpoint; asked after each chunk. */
  checkpointDue(): boolean;
  /** Saves a checkpoint: the items so far are complete. */
  saveCheckpoint(): Promise<void>;
}

/**
 * Writes items and file contents in the order in which they are given. Contents are under way while later items are
 * given; an item is written when everything before it has been.
 */
export class ArchiveWriter {
  readonly #open = new OpenFiles();

  constructor(
    private readonly store: ChunkStore,
    private readonly chunks: ChunkWriter,
    private readonly items: ItemSink,
    private readonly statistics: Statistics,
    private readonly hooks: ArchiveWriterHooks,
  ) {}

  /** Adds an item that has no contents to wait for. */
  add(item: Item, written: (item: Item) => void = () => undefined): Work {
    const file = new OpenFile(item, false, this, written);
    if (this.#open.first === undefined) return this.#write(file);
    this.#open.push(file);
    return this.finish(file);
  }

  /** Adds an item whose contents follow: `room` and `commit` them, then `finish` or `discard`. */
  begin(item: Item, written: (item: Item) => void): OpenFile {
    const file = new OpenFile(item, true, this, written);
    this.#open.push(file);
    return file;
  }

  /** Adds an item that will refer to stored chunks: they are `received`, then `finish` or `discard`. All else of it stays. */
  refer(item: Item, written: (item: Item) => void): OpenFile {
    const file = new OpenFile({ ...item }, false, this, written);
    file.item.chunks = file.chunks;
    this.#open.push(file);
    return file;
  }

  /** Where the next chunk of the last file begun goes. */
  room(length: number): Eventually<Uint8Array> {
    return this.chunks.room(length);
  }

  /** The first `length` bytes of the last `room` are a chunk of `file`; a checkpoint that is due holds it too. */
  commit(file: OpenFile, length: number): Work {
    file.pending++;
    file.committed += length;
    return andAlso(this.chunks.commit(length, file), () => this.hooks.checkpointDue() ? this.checkpoint() : undefined);
  }

  /** All contents have been committed, all other attributes of the item are there. */
  finish(file: OpenFile): Work {
    file.finished = true;
    return andAlso(this.#writeFinished(), () => this.#open.count < OPEN_LIMIT ? undefined : this.drain());
  }

  /** The file could not be read to its end: takes back what has been stored of it. */
  async discard(file: OpenFile): Promise<void> {
    file.wanted = false;
    file.finished = true;
    const unreferenced = file.chunks.slice(file.partChunks);
    for (const { id, size, csize } of unreferenced) {
      const deleted = await releaseChunk(this.store, id);
      this.statistics.addChunk(size, csize, deleted, false, -1);
    }
    await this.#writeFinished();
  }

  /** Waits until everything has been stored and written. */
  async drain(): Promise<void> {
    await this.chunks.drain();
    await this.#writeFinished();
  }

  /** A chunk of `file` has been stored. */
  received(file: OpenFile, chunk: StoredChunk): Work {
    file.chunks.push(chunk);
    file.pending--;
    this.statistics.addChunk(chunk.size, chunk.csize, chunk.isNew);
    return file.pending === 0 ? this.#writeFinished() : undefined;
  }

  /** Makes a checkpoint now: contents that have arrived become a part of their file. */
  async checkpoint(): Promise<void> {
    await this.drain();
    const file = this.#open.first;
    if (file && file.chunks.length > file.partChunks) await this.#writePart(file);
    await this.items.flush();
    await this.hooks.saveCheckpoint();
  }

  #writeFinished(): Work {
    for (let file = this.#open.first; file && isComplete(file); file = this.#open.first) {
      this.#open.shift();
      const work = this.#write(file);
      if (work) return work.then(() => this.#writeFinished());
    }
    return undefined;
  }

  #write(file: OpenFile): Work {
    if (!file.wanted) return undefined;
    return andAlso(file.parts > 0 ? this.#writeLastPart(file) : undefined, () => this.#writeWhole(file));
  }

  #writeWhole(file: OpenFile): Work {
    const { item } = file;
    if (file.hasContents) {
      item.chunks = file.chunks;
      item.size = file.chunks.reduce((sum, { size }) => sum + size, 0);
    }
    const work = this.items.add(item);
    file.written(item);
    return work;
  }

  /** A file that a checkpoint split: the rest is a part too, and the whole refers to all chunks once more. */
  async #writeLastPart(file: OpenFile): Promise<void> {
    if (file.chunks.length > file.partChunks) await this.#writePart(file);
    await this.items.flush();
    await this.hooks.saveCheckpoint();
    for (const { id, size, csize } of file.chunks) {
      this.store.index.increment(id);
      this.statistics.addChunk(size, csize, false, true);
    }
    this.statistics.nfilesParts += file.parts;
  }

  async #writePart(file: OpenFile): Promise<void> {
    const chunks = file.chunks.slice(file.partChunks);
    file.partChunks = file.chunks.length;
    file.parts++;
    const size = chunks.reduce((sum, chunk) => sum + chunk.size, 0);
    await this.items.add({ ...file.item, path: partPath(file.item.path, file.parts), part: file.parts, chunks, size });
  }
}

function isComplete(file: OpenFile): boolean {
  return file.finished && (file.pending === 0 || !file.wanted);
}

/** Items that have nothing to wait for pile up behind one that has: with so many under way it is waited for. */
const OPEN_LIMIT = 4096;

/** Those who left are cut off once they are so many: to move thousands up for each that leaves would take long. */
const GAP = 1024;

/** Files in the order in which they were begun. */
class OpenFiles {
  #files: OpenFile[] = [];
  /** Where the first is. */
  #first = 0;

  get first(): OpenFile | undefined {
    return this.#files[this.#first];
  }

  get count(): number {
    return this.#files.length - this.#first;
  }

  push(file: OpenFile): void {
    this.#files.push(file);
  }

  /** Drops the first. */
  shift(): void {
    this.#first++;
    if (this.#first === this.#files.length) this.#files.length = 0;
    else if (this.#first >= GAP) this.#files.splice(0, this.#first);
    else return;
    this.#first = 0;
  }
}
