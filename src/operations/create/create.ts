import { ArchiveAlreadyExists } from "../../archive/errors.ts";
import { type ArchiveMetadata, sumsOf } from "../../archive/archive.ts";
import { checkpointName } from "../../archive/names.ts";
import { Statistics } from "../../archive/statistics.ts";
import { formatTimestamp, type Micros } from "../../archive/timestamps.ts";
import type { FilesCacheMode } from "../../cache/files_cache_mode.ts";
import type { ChunkerParams } from "../../chunking/chunker.ts";
import { encodeChunkerParams } from "../../chunking/params.ts";
import type { Compression } from "../../compression/compression.ts";
import { displayText, encodeText } from "../../encoding/path.ts";
import { WorkerPool } from "../../workers/pool.ts";
import { Slots } from "../../workers/slots.ts";
import { ArchiveSaver, type SavedArchive } from "../archive_saver.ts";
import { ArchiveWriter, type OpenFile } from "../archive_writer.ts";
import { ChunkWriter } from "../chunk_writer.ts";
import type { Host } from "../host.ts";
import { StoppedByUser } from "../interrupted.ts";
import { ItemSink } from "../item_sink.ts";
import type { Writable } from "../opening.ts";
import type { Reporter } from "../reporter.ts";
import { Contents } from "./contents.ts";
import { type FileRules, Files, type FileTools } from "./files.ts";
import { Metadata, type MetadataOptions } from "./metadata.ts";
import type { Filling } from "./fill.ts";
import { readUntil } from "./read_into.ts";
import { addStream, streamItem } from "./stream.ts";

/** What an archive says of itself beside its contents. */
export interface ArchiveDescription {
  readonly name: string;
  readonly comment: string;
  readonly cmdline: readonly string[];
  readonly hostname: string;
  readonly username: string;
  /** When it counts as begun; the moment of the run when undefined. */
  readonly timestamp: Micros | undefined;
}

export interface CreateOptions {
  readonly description: ArchiveDescription;
  readonly compression: Compression;
  readonly chunkerParams: ChunkerParams;
  /** Seconds between checkpoints; 0 = none. */
  readonly checkpointInterval: number;
  readonly filesCache: FilesCacheMode;
  /** Find holes in files without reading them, where the chunker cuts at fixed places. */
  readonly sparse: boolean;
  readonly files: FileRules;
  readonly metadata: MetadataOptions;
}

export interface CreatedArchive extends SavedArchive {
  readonly name: string;
  readonly start: Micros;
  readonly end: Micros;
  readonly statistics: Statistics;
}

/** Puts something into an archive: what the walk finds, or anything else by the tools of files. */
export type Fill = (filling: Filling, tools: FileTools) => Promise<void>;

/** Interrupts the filling of an archive whose checkpoint is to be saved. */
class Stopping extends Error {}

/** Makes an archive of what `fill` puts in. Gives what was made, once all of it is on disk. */
export async function createArchive(
  host: Host,
  writable: Writable,
  options: CreateOptions,
  reporter: Reporter,
  fill: Fill,
): Promise<CreatedArchive> {
  const { name } = options.description;
  if (writable.manifest.archives.has(name)) throw new ArchiveAlreadyExists(name);
  const pool = new WorkerPool(WorkerPool.sizeFor(host.env.VINCULUM_WORKERS), { material: writable.key.material });
  try {
    return await new Creation(host, writable, options, reporter, pool).run(fill);
  } finally {
    await pool.close();
  }
}

/** One run of createArchive. */
class Creation {
  readonly #statistics = new Statistics();
  readonly #saver: ArchiveSaver;
  readonly #items: ItemSink;
  readonly #writer: ArchiveWriter;
  readonly #checkpointName: string;
  readonly #start: Micros;
  readonly #startTicks: number;
  #lastCheckpoint: number;

  constructor(
    private readonly host: Host,
    private readonly writable: Writable,
    private readonly options: CreateOptions,
    private readonly reporter: Reporter,
    pool: WorkerPool,
  ) {
    const { description: { name }, compression } = options;
    const { repository, objects, cache, manifest, key } = writable;
    const store = { repository, objects, index: cache.chunks, pool };
    const chunks = (slots: Slots) => new ChunkWriter(store, compression, slots);
    this.#saver = new ArchiveSaver(writable, compression);
    this.#items = new ItemSink(key.material.chunkSeed, chunks(Slots.forItems()));
    this.#writer = new ArchiveWriter(store, chunks(Slots.forSealing(pool.size)), this.#items, this.#statistics, {
      checkpointDue: () => this.#checkpointDue(),
      saveCheckpoint: () => this.#saveCheckpoint(),
    });
    this.#checkpointName = checkpointName(name, (taken) => manifest.archives.has(taken));
    this.#start = host.now();
    this.#startTicks = this.#lastCheckpoint = host.monotonic();
  }

  async run(fill: Fill): Promise<CreatedArchive> {
    try {
      const tools = this.#tools();
      await fill(this.#filling(tools), tools);
    } catch (error) {
      if (!(error instanceof Stopping)) throw error;
      await this.#writer.checkpoint();
      throw new StoppedByUser();
    }
    await this.#writer.drain();
    await this.#items.flush();
    this.reporter.archiveFinished();
    return await this.#save();
  }

  #tools(): FileTools {
    const { writable, options, reporter } = this;
    const { objects, cache, key } = writable;
    const visit = ({ item, committed }: OpenFile, expected: number) => this.#visit(item.path, committed, expected);
    const contents = new Contents(this.#writer, options.chunkerParams, options.sparse, key.material.chunkSeed, visit);
    return {
      writer: this.#writer,
      contents,
      metadata: new Metadata(options.metadata, reporter),
      index: cache.chunks,
      filesCache: options.filesCache.disabled ? undefined : cache.files(options.filesCache),
      statistics: this.#statistics,
      reporter,
      hashPath: (path: string) => objects.idOf(encodeText(path)),
    };
  }

  #filling(tools: FileTools): Filling {
    const { host, options, reporter } = this;
    return {
      visitor: new Files(tools, options.files),
      stream: async (attributes, read) => {
        const stoppable = readUntil(host.stopSoon, () => new Stopping(), read);
        await addStream(tools, streamItem(attributes, host.now() / 1_000_000n), stoppable);
        reporter.fileStatus("i", attributes.name);
      },
      visit: (path) => this.#visit(path),
    };
  }

  #visit(path: string, done = 0, total = 0): void {
    this.reporter.working(path, done, total);
    this.reporter.archiveProgress(this.#statistics, path);
    this.host.checkAbort();
    if (this.host.stopSoon.aborted) throw new Stopping();
  }

  #checkpointDue(): boolean {
    const { checkpointInterval } = this.options;
    if (checkpointInterval === 0) return false;
    return this.host.monotonic() - this.#lastCheckpoint >= checkpointInterval * 1000;
  }

  async #saveCheckpoint(): Promise<void> {
    const { start, end } = this.#times();
    await this.#saver.saveCheckpoint(this.#checkpointName, this.#metadata(new Statistics(), start, end));
    this.#lastCheckpoint = this.host.monotonic();
  }

  async #save(): Promise<CreatedArchive> {
    const { name } = this.options.description;
    const { start, end } = this.#times();
    const saved = await this.#saver.save(name, this.#metadata(this.#statistics, start, end));
    return { ...saved, name, start, end, statistics: this.#statistics };
  }

  /** The end is now and the start follows from a clock that nobody turns; a given start takes its place. */
  #times(): { start: Micros; end: Micros } {
    const duration = BigInt(Math.round((this.host.monotonic() - this.#startTicks) * 1000));
    const { timestamp } = this.options.description;
    if (timestamp !== undefined) return { start: timestamp, end: timestamp + duration };
    return { start: this.#start, end: this.#start + duration };
  }

  /** Undecodable bytes are not kept here: BorgBackup breaks off its checks at archives whose description has some. */
  #metadata(statistics: Statistics, start: Micros, end: Micros): ArchiveMetadata {
    const { name, comment, cmdline, hostname, username } = this.options.description;
    return {
      name,
      comment: displayText(comment),
      hostname,
      username,
      items: this.#items.ids,
      cmdline: cmdline.map(displayText),
      time: formatTimestamp(start),
      timeEnd: formatTimestamp(end),
      cwd: displayText(this.host.cwd),
      chunkerParams: encodeChunkerParams(this.options.chunkerParams),
      ...sumsOf(statistics),
    };
  }
}
