import type { Item } from "../../archive/item.ts";
import type { FilesCache, Match } from "../../cache/files_cache.ts";
import type { ChunkIndex } from "../../cache/chunk_index.ts";
import type { Statistics } from "../../archive/statistics.ts";
import { advise } from "../../platform/advise.ts";
import { close, openRead, openReadAt } from "../../platform/file.ts";
import { type FileType, fileType, S_IFREG } from "../../platform/file_type.ts";
import { readlink, readlinkAt } from "../../platform/links.ts";
import { fstat, type Stat, stat as statFollowing, statAt } from "../../platform/stat.ts";
import { SystemError } from "../../platform/system_error.ts";
import type { ArchiveWriter, OpenFile } from "../archive_writer.ts";
import { type Eventually, eventuallyClosing } from "../eventually.ts";
import { attempt, BackupError, isObjectProblem } from "../problems.ts";
import type { Reporter } from "../reporter.ts";
import { archivedPath } from "./archived_path.ts";
import type { Contents } from "./contents.ts";
import { identity } from "./identities.ts";
import type { Metadata } from "./metadata.ts";
import type { Source, Visitor } from "./source.ts";
import { assertSameObject } from "./walk.ts";

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

/** A file that is read, or a device or fifo that is read as one. */
interface Opened {
  readonly source: Source;
  readonly stat: Stat;
  readonly fd: number;
  readonly special: boolean;
  /** Whether it was changed while it was read. */
  changed: boolean;
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

  directory(source: Source, stat: Stat, fd: number): Eventually<string | undefined> {
    const { metadata } = this.tools;
    const path = archivedPath(source.path, source.strip);
    if (path === undefined) return "x";
    const item = metadata.item(path, stat);
    metadata.extend(item, fd, stat, source.path);
    return this.#added(item, "d");
  }

  other(source: Source, stat: Stat): Eventually<string | undefined> {
    const type = fileType(stat.mode);
    if (type === "file") return this.#file(source, stat, type);
    if (type === "socket") return undefined;
    if (type === "unknown") throw new BackupError("unknown file type");
    if (this.rules.readSpecial && isSpecial(this.#targetType(source, type))) return this.#file(source, stat, type);
    return type === "link" ? this.#link(source, stat) : this.#special(source, stat, type);
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

  #link(source: Source, stat: Stat): Eventually<string> {
    const { metadata } = this.tools;
    const { parent, name, path } = source;
    const item = metadata.item(archivedPath(path, source.strip) ?? ".", stat);
    item.source = attempt("readlink", () => (parent === undefined ? readlink(path) : readlinkAt(parent, name)), name);
    metadata.extend(item, path, stat, path);
    return this.#added(item, "s");
  }

  /** Fifos and devices, archived as what they are. */
  #special(source: Source, stat: Stat, type: FileType): Eventually<string> {
    const { metadata } = this.tools;
    const item = metadata.item(archivedPath(source.path, source.strip) ?? ".", stat);
    if (type !== "fifo") item.rdev = stat.rdev;
    const isSlave = this.#linkTo(item, stat);
    metadata.extend(item, source.path, stat, source.path);
    this.#rememberMaster(item, stat);
    return this.#added(item, isSlave ? "h" : STATUS[type] ?? "?");
  }

  #file(source: Source, before: Stat, type: FileType): Eventually<string | undefined> {
    const target = this.#targetType(source, type);
    const special = isSpecial(target);
    const fd = open(source, target);
    return eventuallyClosing(() => {
      const stat = attempt("fstat", () => fstat(fd));
      if (type !== "link") assertSameObject(before, stat);
      return this.#opened({ source, stat, fd, special, changed: false });
    }, () => close(fd));
  }

  #opened(file: Opened): Eventually<string | undefined> {
    const { source, stat, fd, special } = file;
    const item = this.tools.metadata.item(archivedPath(source.path, source.strip) ?? ".", stat);
    if (special) item.mode = S_IFREG | (item.mode & PERMISSIONS);
    if (!this.#linkTo(item, stat)) return this.#contents(item, file);
    this.tools.metadata.extend(item, fd, stat, source.path);
    return this.#added(item, "h");
  }

  /** Gives the status that is still to be reported: the one for contents is reported before they are read. */
  #contents(item: Item, opened: Opened): Eventually<string | undefined> {
    const { tools } = this;
    const { source, stat, fd, special } = opened;
    const pathHash = special || !tools.filesCache ? undefined : tools.hashPath(this.#absolute(source.path));
    const match = pathHash && tools.filesCache?.match(pathHash, stat);
    if (!special) this.#explain(match, source.path);
    if (match?.state === "unchanged" && this.#takeKnown(item, match.ids)) {
      tools.reporter.fileStatus("U", source.path);
      tools.metadata.extend(item, fd, stat, source.path);
      this.#rememberMaster(item, stat);
      return this.#added(item, undefined, () => tools.statistics.addFile());
    }
    tools.reporter.fileStatus(match && match.state !== "unknown" ? "M" : "A", source.path);
    return this.#read(item, opened, special ? undefined : pathHash);
  }

  /** Writes an item that is complete, and gives its status. */
  #added<S extends string | undefined>(item: Item, status: S, written?: () => void): Eventually<S> {
    const work = this.tools.writer.add(item, written);
    return work ? work.then(() => status) : status;
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
    filesCache.memorize(hash, stat, joinIds(chunks));
    const record = { facts: stat, timeName: filesCache.timeName, chunks: chunks.length };
    reporter.note("debug", "files_cache.updated", this.#absolute(path), record);
  }

  /** Refers to the chunks that the file had last time, if all of them are still there. */
  #takeKnown(item: Item, found: Uint8Array): boolean {
    const { index, statistics } = this.tools;
    for (let at = 0; at < found.length; at += 32) if (!index.has(found.subarray(at, at + 32))) return false;
    const ids = found.slice();
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

  #read(item: Item, opened: Opened, pathHash: Uint8Array | undefined): Eventually<string | undefined> {
    const { writer, contents, statistics } = this.tools;
    const { source, stat, fd, special } = opened;
    const file: OpenFile = writer.begin(item, () => {
      statistics.addFile();
      if (pathHash && !opened.changed) this.#memorize(pathHash, stat, source.path, file.chunks);
    });
    const complete = () => this.#complete(file, opened);
    const giveUp = (error: unknown) => this.#giveUp(file, error);
    try {
      const work = special ? contents.storeSpecial(file, fd) : contents.storeFile(file, fd, stat.size);
      return work ? work.then(complete).catch(giveUp) : complete();
    } catch (error) {
      return giveUp(error);
    }
  }

  /** Everything has been read. Gives the status. */
  #complete(file: OpenFile, opened: Opened): Eventually<string | undefined> {
    const { source, stat, fd, special } = opened;
    opened.changed = !special && this.#changed(stat, fd);
    this.tools.metadata.extend(file.item, fd, stat, source.path);
    if (stat.size > SPOILING) advise(fd, 0, 0, "dontneed");
    this.#rememberMaster(file.item, stat);
    const status = opened.changed ? "C" : undefined;
    const work = this.tools.writer.finish(file);
    return work ? work.then(() => status) : status;
  }

  /** After a problem of the file. With anything else the run ends, and keeps the part that was read. */
  async #giveUp(file: OpenFile, error: unknown): Promise<never> {
    if (isObjectProblem(error)) await this.tools.writer.discard(file);
    throw error;
  }

  #changed(before: Stat, fd: number): boolean {
    const { filesChanged } = this.rules;
    const after = attempt("fstat2", () => fstat(fd));
    return filesChanged !== "disabled" && before[filesChanged] !== after[filesChanged];
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

/**
 * A fifo without a writer is no reason to wait in vain: whoever reads from it waits, and can be stopped. What was a file may
 * be one by now.
 */
function open({ path, parent, name }: Source, type: FileType): number {
  const options = { noatime: true, nofollow: !isSpecial(type), nonblock: type === "fifo" || type === "file" };
  const openIt = () => (parent === undefined ? openRead(path, options) : openReadAt(parent, name, options));
  return attempt("open", openIt, name);
}

function isSpecial(type: FileType): boolean {
  return type === "fifo" || type === "block" || type === "character";
}

function joinIds(chunks: Item["chunks"] = []): Uint8Array {
  if (chunks.length === 1) return chunks[0]!.id;
  const ids = new Uint8Array(32 * chunks.length);
  chunks.forEach(({ id }, i) => ids.set(id, 32 * i));
  return ids;
}
