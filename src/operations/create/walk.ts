import { type DirectoryEntry, listDirectory, openDirectory, openDirectoryAt } from "../../platform/directory.ts";
import { close } from "../../platform/file.ts";
import { fileType } from "../../platform/file_type.ts";
import { fstat, lstat, type Stat, statAt } from "../../platform/stat.ts";
import type { PatternMatcher } from "../../selection/matcher.ts";
import { type Eventually, eventuallyClosing, type Work } from "../eventually.ts";
import { attempt, BackupRaceConditionError, FileChangedWarning, isObjectProblem } from "../problems.ts";
import { yieldingPace } from "../pace.ts";
import type { Reporter } from "../reporter.ts";
import { Identities, type Identity } from "./identities.ts";
import { isMarked, type MarkRules } from "./marks.ts";
import type { Source, Visitor } from "./source.ts";
import { findTags, type TagRules } from "./tags.ts";

/** What decides where the walk goes. */
export interface WalkRules {
  readonly matcher: PatternMatcher;
  readonly tags: TagRules;
  readonly marks: MarkRules;
  /** Directories that are never entered nor archived: the cache and a local repository. */
  readonly skip: readonly Identity[];
  readonly oneFileSystem: boolean;
}

/** Goes through directory trees in BorgBackup's order (format reference 4.4) and shows each object to the visitor. */
export class Walk {
  /** Roots that have been walked, and what is never walked. */
  readonly #done: Identities;
  readonly #pace = yieldingPace();

  constructor(
    private readonly rules: WalkRules,
    private readonly visitor: Visitor,
    private readonly reporter: Reporter,
    /** Hears of each object before it is looked at; throws when the run is to stop. */
    private readonly visit: (path: string) => void,
  ) {
    this.#done = new Identities(rules.skip);
  }

  /** Walks one root. A root that cannot be looked at is a warning. */
  async root(path: string, strip: string): Promise<void> {
    const source: Source = { path, parent: undefined, name: path, strip };
    const stat = this.#lookAtRoot(source);
    if (!stat) return;
    await this.#object(source, this.rules.oneFileSystem ? stat.dev : undefined);
    this.#done.add(stat);
  }

  /** Looks at one object without going into directories: for lists of paths. */
  async single(path: string, strip: string): Promise<void> {
    const source: Source = { path, parent: undefined, name: path, strip };
    await this.#pace();
    this.visit(path);
    await this.#reporting(source, false, () => {
      const stat = look(source);
      return fileType(stat.mode) === "directory" ? this.#lone(source, stat) : this.visitor.other(source, stat);
    });
  }

  #lookAtRoot(source: Source): Stat | undefined {
    try {
      return look(source);
    } catch (error) {
      if (!isObjectProblem(error)) throw error;
      this.reporter.warning(error, source.path);
      return undefined;
    }
  }

  #object(source: Source, device: Stat["dev"] | undefined): Work {
    this.visit(source.path);
    const verdict = this.rules.matcher.match(source.path);
    const excluded = verdict.verdict === "exclude";
    if (excluded) this.reporter.fileStatus("x", source.path);
    if (excluded && !verdict.recurse) return undefined;
    return this.#reporting(source, excluded, () => {
      const stat = look(source);
      if (this.#done.has(stat)) return undefined;
      if (isMarked(this.rules.marks, source.path, stat)) return "x";
      if (fileType(stat.mode) === "directory") return this.#directory(source, stat, device, excluded);
      return excluded ? undefined : this.visitor.other(source, stat);
    });
  }

  /** Runs `action` and reports the status it gives, or the problem that stopped it. Gives a promise if it takes time. */
  #reporting(
    source: Source,
    silent: boolean,
    action: () => Eventually<string | undefined>,
  ): Work {
    try {
      const status = action();
      if (status instanceof Promise) return this.#reportingLater(source, silent, status);
      this.#report(source, status, silent);
    } catch (error) {
      this.#fail(source, error);
    }
    return undefined;
  }

  async #reportingLater(source: Source, silent: boolean, status: Promise<string | undefined>): Promise<void> {
    try {
      this.#report(source, await status, silent);
    } catch (error) {
      this.#fail(source, error);
    }
  }

  #report(source: Source, status: string | undefined, silent: boolean): void {
    if (status === "C") this.reporter.warning(new FileChangedWarning(source.path), source.path);
    if (status !== undefined && !silent) this.reporter.fileStatus(status, source.path);
  }

  #fail(source: Source, error: unknown): void {
    if (!isObjectProblem(error)) throw error;
    this.reporter.warning(error, source.path);
    this.reporter.fileStatus("E", source.path);
  }

  #lone(source: Source, stat: Stat): Eventually<string | undefined> {
    const fd = openWatched(source, stat);
    return eventuallyClosing(() => this.visitor.directory(source, stat, fd), () => close(fd));
  }

  async #directory(
    source: Source,
    before: Stat,
    device: Stat["dev"] | undefined,
    excluded: boolean,
  ): Promise<string | undefined> {
    const recurse = device === undefined || before.dev === device;
    const fd = openWatched(source, before);
    try {
      const stat = attempt("fstat", () => fstat(fd));
      const tags = recurse ? findTags(this.rules.tags, fd) : [];
      if (tags.length > 0) return await this.#tagged(source, stat, fd, tags, device, excluded);
      const status = excluded ? undefined : await this.visitor.directory(source, stat, fd);
      if (recurse) await this.#children(source, fd, device);
      return status;
    } finally {
      close(fd);
    }
  }

  /** A directory that a tag file excludes: nothing of it is archived but, when asked for, itself and the tags. */
  async #tagged(
    source: Source,
    stat: Stat,
    fd: number,
    tags: readonly string[],
    device: Stat["dev"] | undefined,
    excluded: boolean,
  ): Promise<string | undefined> {
    if (excluded) return undefined;
    if (this.rules.tags.keep) {
      await this.visitor.directory(source, stat, fd);
      for (const tag of tags) await this.#object(child(source, fd, tag), device);
    }
    return "x";
  }

  async #children(source: Source, fd: number, device: Stat["dev"] | undefined): Promise<void> {
    const entries = attempt("scandir", () => listDirectory(fd), source.path);
    for (const { name } of entries.sort(byInode)) {
      const turn = this.#pace();
      if (turn) await turn;
      const work = this.#object(child(source, fd, name), device);
      if (work) await work;
    }
  }
}

/** Names of one file keep the order of the directory. */
function byInode(a: DirectoryEntry, b: DirectoryEntry): number {
  return a.ino < b.ino ? -1 : a.ino > b.ino ? 1 : 0;
}

function child(source: Source, fd: number, name: string): Source {
  const path = source.path === "." ? name : source.path.endsWith("/") ? source.path + name : `${source.path}/${name}`;
  return { path, parent: fd, name, strip: source.strip };
}

/** Messages name what the system was asked for: the name in its directory, for all but roots. */
function look(source: Source): Stat {
  const { parent, name, path } = source;
  return attempt("stat", () => (parent === undefined ? lstat(path) : statAt(parent, name)), name);
}

function openWatched(source: Source, before: Stat): number {
  const options = { nofollow: true, noatime: true };
  const { parent, name, path } = source;
  const open = () => (parent === undefined ? openDirectory(path, options) : openDirectoryAt(parent, name, options));
  const fd = attempt("dir_open", open, name);
  try {
    assertSameObject(before, attempt("fstat", () => fstat(fd)));
    return fd;
  } catch (error) {
    close(fd);
    throw error;
  }
}

/** The object that was opened must be the one that was looked at. Throws BackupRaceConditionError. */
export function assertSameObject(before: Stat, opened: Stat): void {
  const problem = (before.mode & 0o170000) !== (opened.mode & 0o170000)
    ? "file type changed (race condition), skipping file"
    : before.ino !== opened.ino || before.dev !== opened.dev
    ? "file inode changed (race condition), skipping file"
    : undefined;
  if (problem) throw new BackupRaceConditionError(problem);
}
