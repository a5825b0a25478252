import type { Item } from "../../archive/item.ts";
import type { FileFacts, FilesCache, Match } from "../../cache/files_cache.ts";
import type { ChunkIndex } from "../../cache/chunk_index.ts";
import type { Statistics } from "../../archive/statistics.ts";
import { advise } from "../../platform/advise.ts";
import { close, openRead, openReadAt } from "../../platform/file.ts";
import { type FileType, fileType, S_IFREG } from "../../platform/file_type.ts";
import { readlink, readlinkAt } from "../../platform/links.ts";
import { fstat, type Stat, stat as statFollowing, statAt } from "../../platform/stat.ts";
import { SystemError } from "../../platform/system_error.ts";
import type { ArchiveWriter } from "../archive_writer.ts";
import { attempt, BackupError, isObjectProblem } from "../problems.ts";
import type { Reporter } from "../reporter.ts";
import { archivedPath } from "./archived_path.ts";
import type { Contents } from "./contents.ts";
import type { Metadata } from "./metadata.ts";
import type { Source, Visitor } from "./source.ts";
import { assertSameObject, identity } from "./walk.ts";

/** By which time a file is found to have changed while it was read. */
export type FilesChanged = "ctime" | "mtime" | "disabled";

export interface FileRules {
  readonly readSpecial: boolean;
  readonly filesChanged: FilesChanged;
  /** The current directory, which relative paths are remembered under. */
  readonly cwd: string;
}

/** What archiving files works with. */
export interface FileTools {
  readonly writer: ArchiveWriter;
  readonly contents: Contents;
  readonly metadata: Metadata;
  readonly index: ChunkIndex;
  /** Undefined when nothing is remembered of files. */
  readonly filesCache: FilesCache | undefined;
  readonly statistics: Statistics;
  readonly reporter: Reporter;
  /** The id hash of a path, by which the files cache knows it. */
  hashPath(path: string): Uint8Array;
}

/** What a system says of the target of a link that leads nowhere. */
const UNREACHABLE: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ELOOP", "EACCES", "ENAMETOOLONG"]);

/** Permission bits and the like: all of a mode but the type. */
const PERMISSIONS = 0o7777;

/** Archives what the walk comes to. */
export class Files implements Visitor {
  /** Archived paths of hard link masters, by identity. */
  readonly #masters = new Map<string, string>();

  constructor(private readonly tools: FileTools, private readonly rules: FileRules) {}

  async directory(source: Source, stat: Stat, fd: number): Promise<string | undefined> {
    const { metadata, writer } = this.tools;
    const path = archivedPath(source.path, source.strip);
    if (path === undefined) return "x";
    const item = metadata.item(path, stat);
    metadata.extend(item, fd, stat, source.path);
    await writer.add(item);
    return "d";
  }

  async other(source: Source, stat: Stat): Promise<string | undefined> {
    const type = fileType(stat.mode);
    if (type === "file") return await this.#file(source, stat, type);
    if (type === "socket") return undefined;
    if (type === "unknown") throw new BackupError("unknown file type");
    if (this.rules.readSpecial && isSpecial(this.#targetType(source, type))) {
      return await this.#file(source, stat, type);
    }
    return type === "link" ? await this.#link(source, stat) : await this.#special(source, stat, type);
  }

  /** What is behind a link; the link itself when nothing is there, or out of reach. */
  #targetType({ parent, name, path }: Source, type: FileType): FileType {
    if (type !== "link") return type;
    return attempt("stat", () => {
      try {
        return fileType((parent === undefined ? statFollowing(path) : statAt(parent, name, true)).mode);
      } catch (error) {
        if (error instanceof SystemError && UNREACHABLE.has(error.code)) return type;
        throw error;
      }
    }, name);
  }

  async #link(source: Source, stat: Stat): Promise<string> {
    const { metadata, writer } = this.tools;
    const { parent, name, path } = source;
    const item = metadata.item(archivedPath(path, source.strip) ?? ".", stat);
    item.source = attempt("readlink", () => (parent === undefined ? readlink(path) : readlinkAt(parent, name)), name);
    metadata.extend(item, path, stat, path);
    await writer.add(item);
    return "s";
  }

  /** Fifos and devices, archived as what they are. */
  async #special(source: Source, stat: Stat, type: FileType): Promise<string> {
    const { metadata, writer } = this.tools;
    const item = metadata.item(archivedPath(source.path, source.strip) ?? ".", stat);
    if (type !== "fifo") item.rdev = stat.rdev;
    const isSlave = this.#linkTo(item, stat);
    metadata.extend(item, source.path, stat, source.path);
    await writer.add(item);
    this.#rememberMaster(item, stat);
    return isSlave ? "h" : STATUS[type] ?? "?";
  }

  async #file(source: Source, before: Stat, type: FileType): Promise<string | undefined> {
    const target = this.#targetType(source, type);
    const special = isSpecial(target);
    const fd = open(source, target);
    try {
      const stat = attempt("fstat", () => fstat(fd));
      if (type !== "link") assertSameObject(before, stat);
      return await this.#opened(source, stat, fd, special);
    } finally {
      close(fd);
    }
  }

  async #opened(source: Source, stat: Stat, fd: number, special: boolean): Promise<string | undefined> {
    const item = this.tools.metadata.item(archivedPath(source.path, source.strip) ?? ".", stat);
    if (special) item.mode = S_IFREG | (item.mode & PERMISSIONS);
    if (this.#linkTo(item, stat)) {
      this.tools.metadata.extend(item, fd, stat, source.path);
      await this.tools.writer.add(item);
      return "h";
    }
    const status = await this.#contents(item, source, stat, fd, special);
    this.#rememberMaster(item, stat);
    return status;
  }

  /** Gives the status that is still to be reported: the one for contents is reported before they are read. */
  async #contents(item: Item, source: Source, stat: Stat, fd: number, special: boolean): Promise<string | undefined> {
    const { tools } = this;
    const pathHash = special || !tools.filesCache ? undefined : tools.hashPath(this.#absolute(source.path));
    const match = pathHash && tools.filesCache?.match(pathHash, facts(stat));
    if (!special) this.#explain(match, source.path);
    const ids = match?.state === "unchanged" ? match.ids.slice() : undefined;
    if (ids && this.#takeKnown(item, ids)) {
      tools.reporter.fileStatus("U", source.path);
      tools.metadata.extend(item, fd, stat, source.path);
      await tools.writer.add(item, () => tools.statistics.addFile());
      return undefined;
    }
    tools.reporter.fileStatus(match && match.state !== "unknown" ? "M" : "A", source.path);
    return await this.#read(item, source, stat, fd, special ? undefined : pathHash, special);
  }

  /** Tells why a file is read. */
  #explain(match: Match | undefined, path: string): void {
    const { reporter, filesCache } = this.tools;
    if (match?.state === "unchanged") return;
    if (match === undefined) reporter.note("debug", "files_cache.disabled");
    else if (match.state === "unknown") reporter.note("debug", "files_cache.unknown", this.#absolute(path), match.why);
    else reporter.note("debug", "files_cache.changed", this.#absolute(path), match.why, filesCache!.timeName);
  }

  #memorize(hash: Uint8Array, stat: Stat, path: string, chunks: Item["chunks"] = []): void {
    const { reporter, filesCache } = this.tools;
    if (!filesCache) return;
    filesCache.memorize(hash, facts(stat), joinIds(chunks));
    const { timeName } = filesCache;
    const record = { facts: facts(stat), timeName, chunks: chunks.length };
    reporter.note("debug", "files_cache.updated", this.#absolute(path), record);
  }

  /** Refers to the chunks that the file had last time, if all of them are still there. */
  #takeKnown(item: Item, ids: Uint8Array): boolean {
    const { index, statistics } = this.tools;
    for (let at = 0; at < ids.length; at += 32) if (!index.has(ids.subarray(at, at + 32))) return false;
    item.chunks = [];
    item.size = 0;
    for (let at = 0; at < ids.length; at += 32) {
      const id = ids.subarray(at, at + 32);
      const { size, csize } = index.increment(id);
      item.chunks.push({ id, size, csize });
      item.size += size;
      statistics.addChunk(size, csize, false);
    }
    return true;
  }

  async #read(
    item: Item,
    source: Source,
    stat: Stat,
    fd: number,
    pathHash: Uint8Array | undefined,
    special: boolean,
  ): Promise<string | undefined> {
    const { writer, contents, metadata, statistics } = this.tools;
    let changed = false;
    const file = writer.begin(item, () => {
      statistics.addFile();
      if (pathHash && !changed) this.#memorize(pathHash, stat, source.path, file.chunks);
    });
    try {
      await (special ? contents.storeSpecial(file, fd) : contents.storeFile(file, fd, stat.size));
      changed = !special && this.#changed(stat, attempt("fstat2", () => fstat(fd)));
      metadata.extend(item, fd, stat, source.path);
    } catch (error) {
      if (isObjectProblem(error)) await writer.discard(file); // With anything else the run ends, and keeps the part read.
      throw error;
    }
    if (stat.size > SPOILING) advise(fd, 0, 0, "dontneed");
    await writer.finish(file);
    return changed ? "C" : undefined;
  }

  #changed(before: Stat, after: Stat): boolean {
    if (this.rules.filesChanged === "disabled") return false;
    return before[this.rules.filesChanged] !== after[this.rules.filesChanged];
  }

  /** Makes the item a slave when another name of the file has been archived. */
  #linkTo(item: Item, stat: Stat): boolean {
    const master = stat.nlink > 1 ? this.#masters.get(identity(stat)) : undefined;
    if (master === undefined) {
      item.hardlinkMaster = stat.nlink > 1;
      return false;
    }
    item.source = master;
    return true;
  }

  #rememberMaster(item: Item, stat: Stat): void {
    if (item.hardlinkMaster) this.#masters.set(identity(stat), item.path);
  }

  #absolute(path: string): string {
    return path.startsWith("/") ? path : `${this.rules.cwd}/${path}`;
  }
}

/** Files longer than this would push other programs' data out of the page cache. */
const SPOILING = 1 << 20;

const STATUS: Partial<Record<FileType, string>> = { fifo: "f", block: "b", character: "c" };

/** A fifo without a writer is no reason to wait in vain: whoever reads from it waits, and can be stopped. */
function open({ path, parent, name }: Source, type: FileType): number {
  const options = { noatime: true, nofollow: !isSpecial(type), nonblock: type === "fifo" };
  const openIt = () => (parent === undefined ? openRead(path, options) : openReadAt(parent, name, options));
  return attempt("open", openIt, name);
}

function isSpecial(type: FileType): boolean {
  return type === "fifo" || type === "block" || type === "character";
}

function facts({ ino, size, mtime, ctime }: Stat): FileFacts {
  return { ino, size, mtime, ctime };
}

function joinIds(chunks: Item["chunks"] = []): Uint8Array {
  const ids = new Uint8Array(32 * chunks.length);
  chunks.forEach(({ id }, i) => ids.set(id, 32 * i));
  return ids;
}
