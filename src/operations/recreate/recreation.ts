import { type ArchiveMetadata, chunkerParamsOf, sumsOf } from "../../archive/archive.ts";
import { ArchiveAlreadyExists } from "../../archive/errors.ts";
import type { ChunkEntry, Item } from "../../archive/item.ts";
import type { ArchiveEntry } from "../../archive/manifest.ts";
import { checkpointName, recreateName } from "../../archive/names.ts";
import { Statistics } from "../../archive/statistics.ts";
import { formatTimestamp, type Micros, parseTimestamp } from "../../archive/timestamps.ts";
import type { ChunkerParams } from "../../chunking/chunker.ts";
import { encodeChunkerParams } from "../../chunking/params.ts";
import type { Compression } from "../../compression/compression.ts";
import { toHex } from "../../encoding/bytes.ts";
import { yieldToLoop } from "../../platform/signals.ts";
import { ObjectNotFound } from "../../repository/errors.ts";
import type { PatternMatcher } from "../../selection/matcher.ts";
import type { WorkerPool } from "../../workers/pool.ts";
import { Slots } from "../../workers/slots.ts";
import { archiveItems } from "../archive_items.ts";
import { ArchiveSaver } from "../archive_saver.ts";
import { ArchiveWriter, type OpenFile } from "../archive_writer.ts";
import { ChunkWriter } from "../chunk_writer.ts";
import { Contents } from "../create/contents.ts";
import type { CreatedArchive } from "../create/create.ts";
import { readPieces } from "../create/read_into.ts";
import { ArchiveDeletion } from "../delete/archive_deletion.ts";
import { HardLinks, isHardLinkMaster, isHardLinkSlave } from "../extract/hard_links.ts";
import type { Host } from "../host.ts";
import { StoppedByUser } from "../interrupted.ts";
import { ItemSink } from "../item_sink.ts";
import type { Cached } from "../opening.ts";
import type { Reporter } from "../reporter.ts";
import { itemStatus } from "./item_status.ts";
import { Recompression, type RecompressMode } from "./recompression.ts";

export interface RecreateOptions {
  /** The new archive's name; undefined: it takes the place of the old one. */
  readonly target: string | undefined;
  /** Undefined: as it was. */
  readonly comment: string | undefined;
  /** When the archive counts as begun; undefined: as it was. */
  readonly timestamp: Micros | undefined;
  /** How contents are to be cut; undefined: as they are. */
  readonly chunkerParams: ChunkerParams | undefined;
  readonly compression: Compression;
  /** Undefined: chunks stay as they are. */
  readonly recompress: RecompressMode | undefined;
  /** Seconds between checkpoints; 0 = none. */
  readonly checkpointInterval: number;
  readonly considerParts: boolean;
  readonly cmdline: readonly string[];
  readonly hostname: string;
  readonly username: string;
}

/** The archive that is made anew. */
export interface Original {
  readonly name: string;
  readonly entry: ArchiveEntry;
  readonly metadata: ArchiveMetadata;
}

/** What the run works with. */
export interface RecreateTools {
  readonly host: Host;
  readonly cached: Cached;
  readonly pool: WorkerPool;
  readonly reporter: Reporter;
}

/** An item, and whether the new archive has it. */
interface Choice {
  readonly item: Item;
  readonly isWanted: boolean;
}

/** What such an item lacks can only be found by the cuts that were made. */
function isDamaged({ chunksHealthy }: Item): boolean {
  return chunksHealthy !== undefined;
}

/** Interrupts the run so that a checkpoint is saved. */
class Stopping extends Error {}

/** Whether `options` ask for contents to be cut in another way than those of the archive are. */
export function cutsDifferently(metadata: ArchiveMetadata, { chunkerParams }: Pick<RecreateOptions, "chunkerParams">) {
  if (chunkerParams === undefined) return false;
  const before = chunkerParamsOf(metadata);
  return before === undefined || encodeChunkerParams(before).join() !== encodeChunkerParams(chunkerParams).join();
}

/**
 * Makes an archive anew with what `matcher` wants of it, and puts it in the place of the old one, both in one transaction:
 * there is always a whole archive of that name.
 */
export class Recreation {
  readonly #statistics = new Statistics();
  readonly #saver: ArchiveSaver;
  readonly #items: ItemSink;
  readonly #writer: ArchiveWriter;
  readonly #contents: Contents | undefined;
  readonly #recompression: Recompression | undefined;
  readonly #checkpointName: string;
  readonly #links = new HardLinks(0);
  readonly #start: Micros;
  readonly #startTicks: number;
  #lastCheckpoint: number;

  constructor(
    private readonly tools: RecreateTools,
    private readonly original: Original,
    private readonly options: RecreateOptions,
    private readonly matcher: PatternMatcher,
  ) {
    const { host, cached, pool } = tools;
    const { manifest, cache, key } = cached;
    const { compression, recompress, chunkerParams } = options;
    const temporary = options.target ?? recreateName(original.name);
    if (manifest.archives.has(temporary)) throw new ArchiveAlreadyExists(temporary);
    const store = { ...cached, index: cache.chunks, pool };
    const chunks = (slots: Slots) => new ChunkWriter(store, compression, slots);
    const { chunkSeed } = key.material;
    this.#saver = new ArchiveSaver(cached, compression);
    this.#items = new ItemSink(chunkSeed, chunks(Slots.forItems()));
    this.#writer = new ArchiveWriter(store, chunks(Slots.forSealing(pool.size)), this.#items, this.#statistics, {
      checkpointDue: () => this.#checkpointDue(),
      saveCheckpoint: () => this.#saveCheckpoint(),
    });
    if (chunkerParams !== undefined && cutsDifferently(original.metadata, options)) {
      this.#contents = new Contents(
        this.#writer,
        chunkerParams,
        false,
        chunkSeed,
        ({ item }) => this.#visit(item.path),
      );
    }
    if (recompress !== undefined) this.#recompression = new Recompression({ ...cached, pool }, compression, recompress);
    this.#checkpointName = checkpointName(temporary, (taken) => manifest.archives.has(taken));
    this.#start = host.now();
    this.#startTicks = this.#lastCheckpoint = host.monotonic();
  }

  /** Gives the new archive, once it is on disk. */
  async run(): Promise<CreatedArchive> {
    try {
      await this.#addItems();
    } catch (error) {
      if (!(error instanceof Stopping)) throw error;
      await this.#checkpoint();
      throw new StoppedByUser();
    }
    await this.#recompression?.drain();
    await this.#writer.drain();
    await this.#items.flush();
    this.tools.reporter.archiveFinished();
    return await this.#save();
  }

  async #addItems(): Promise<void> {
    const { objects } = this.tools.cached;
    for await (const batch of archiveItems(objects, this.original.metadata)) {
      const choices = batch.filter(({ part }) => part === undefined || this.options.considerParts).map(this.#choose);
      this.#announce(choices.filter(({ isWanted }) => isWanted).map(({ item }) => item));
      for (const choice of choices) await this.#item(choice);
      await yieldToLoop();
    }
  }

  readonly #choose = (item: Item): Choice => ({ item, isWanted: this.matcher.match(item.path).verdict !== "exclude" });

  /** The contents of these will be read. */
  #announce(items: readonly Item[]): void {
    const ids = (chosen: readonly Item[]) => chosen.flatMap(({ chunks = [] }) => chunks.map(({ id }) => id));
    if (this.#contents) this.tools.cached.repository.preload(ids(items.filter((item) => !isDamaged(item))));
    else this.#recompression?.announce(ids(items));
  }

  async #item({ item, isWanted }: Choice): Promise<void> {
    const { reporter } = this.tools;
    this.#visit(item.path);
    if (!isWanted) {
      reporter.fileStatus("x", item.path);
      if (isHardLinkMaster(item)) this.#links.skip(item);
      return;
    }
    reporter.fileStatus(itemStatus(item), item.path);
    const wanted = isHardLinkSlave(item) ? this.#links.resolve(item, item.path) : item;
    if (!wanted.chunks) return await this.#writer.add(wanted);
    if (this.#contents && !isDamaged(wanted)) return await this.#cut(this.#contents, wanted, wanted.chunks);
    await this.#take(wanted, wanted.chunks);
  }

  /** Refers to the contents as they are, once they have been recompressed. */
  async #take(item: Item, chunks: readonly ChunkEntry[]): Promise<void> {
    const file = this.#writer.refer(item, () => this.#statistics.addFile());
    try {
      for (const chunk of chunks) {
        this.#visit(item.path);
        file.pending++;
        const refer = () => this.#refer(file, chunk);
        await (this.#recompression ? this.#recompression.apply(chunk, refer) : refer());
      }
    } catch (error) {
      await this.#writer.discard(file);
      throw error;
    }
    await this.#writer.finish(file);
    await this.#checkpointIfDue();
  }

  async #refer(file: OpenFile, { id, size }: ChunkEntry): Promise<void> {
    if (!file.wanted) return;
    const { csize } = this.#known(id);
    await this.#writer.received(file, { id: id.slice(), size, csize, isNew: false });
  }

  #known(id: Uint8Array) {
    const { cache, repository } = this.tools.cached;
    if (!cache.chunks.has(id)) throw new ObjectNotFound(toHex(id), toHex(repository.id));
    return cache.chunks.increment(id);
  }

  /** Cuts contents anew. */
  async #cut(contents: Contents, item: Item, chunks: readonly ChunkEntry[]): Promise<void> {
    await this.#recompression?.drain();
    const { size: _size, ...rest } = item;
    const file = this.#writer.begin(rest, () => this.#statistics.addFile());
    const plaintexts = this.tools.cached.objects.readMany(chunks.map(({ id }) => id));
    await contents.store(file, readPieces(plaintexts), chunks.reduce((sum, { size }) => sum + size, 0));
    if (this.#recompression) await this.#recompressKnown(this.#recompression, file);
    await this.#writer.finish(file);
  }

  /** Chunks that came out as they are in other archives have been left as they were. */
  async #recompressKnown(recompression: Recompression, file: OpenFile): Promise<void> {
    await this.#writer.drain();
    for (const [i, chunk] of file.chunks.entries()) {
      await recompression.apply(chunk, () => {
        const { csize = chunk.csize } = this.tools.cached.cache.chunks.get(chunk.id) ?? {};
        file.chunks[i] = { ...chunk, csize };
        return Promise.resolve();
      });
    }
    await recompression.drain();
  }

  #visit(path: string): void {
    const { host, reporter } = this.tools;
    reporter.archiveProgress(this.#statistics, path);
    host.checkAbort();
    if (host.stopSoon.aborted) throw new Stopping();
  }

  #checkpointDue(): boolean {
    const { checkpointInterval } = this.options;
    if (checkpointInterval === 0) return false;
    return this.tools.host.monotonic() - this.#lastCheckpoint >= checkpointInterval * 1000;
  }

  async #checkpointIfDue(): Promise<void> {
    if (this.#checkpointDue()) await this.#checkpoint();
  }

  async #checkpoint(): Promise<void> {
    await this.#recompression?.drain();
    await this.#writer.checkpoint();
  }

  async #saveCheckpoint(): Promise<void> {
    await this.#saver.saveCheckpoint(this.#checkpointName, this.#metadata(new Statistics()));
    this.#lastCheckpoint = this.tools.host.monotonic();
  }

  async #save(): Promise<CreatedArchive> {
    const { host, cached, reporter } = this.tools;
    const { name, entry } = this.original;
    const metadata = this.#metadata(this.#statistics);
    if (this.options.target === undefined) {
      const statistics = new Statistics();
      await new ArchiveDeletion({ host, cached, reporter, statistics, force: false }).run(name, entry);
    }
    const end = this.#start + this.#duration();
    const saved = await this.#saver.save(this.options.target ?? name, metadata);
    return { ...saved, name: this.options.target ?? name, start: this.#start, end, statistics: this.#statistics };
  }

  #duration(): Micros {
    return BigInt(Math.round((this.tools.host.monotonic() - this.#startTicks) * 1000));
  }

  #metadata(statistics: Statistics): ArchiveMetadata {
    const { original: { metadata }, options, tools: { host } } = this;
    const { chunkerParams, comment = metadata.comment ?? "", cmdline, hostname, username } = options;
    return {
      ...metadata,
      ...this.#times(),
      ...sumsOf(statistics),
      comment,
      hostname,
      username,
      items: this.#items.ids,
      cwd: host.cwd,
      recreateCmdline: [...cmdline],
      ...this.#contents && chunkerParams && { chunkerParams: encodeChunkerParams(chunkerParams) },
    };
  }

  #times(): Pick<ArchiveMetadata, "time" | "timeEnd"> {
    const { timestamp } = this.options;
    const { time, timeEnd = time } = this.original.metadata;
    if (timestamp === undefined) return { time: formatTimestamp(parseTimestamp(time)), timeEnd };
    return { time: formatTimestamp(timestamp), timeEnd: formatTimestamp(timestamp + this.#duration()) };
  }
}
