import { equal } from "../../encoding/bytes.ts";
import { COMMIT, COMMIT_ENTRY, DamagedEntry, type Entry, SEGMENT_MAGIC } from "./entry.ts";
import { type EntryReader, readEntries } from "./entry_reader.ts";
import type { FoundObject } from "../repository.ts";
import { type FileLayer, hasCode } from "./files.ts";
import { ObjectReader } from "./object_reader.ts";
import { ObjectWindow } from "./object_window.ts";

/** How many segments are kept open for reading. */
const OPEN_LIMIT = 64;

/** The segment files of a repository (format reference 2.3). A file without a byte counts as one that is not there. */
export class Segments {
  readonly #root: string;
  readonly #reader: ObjectReader;
  readonly #window: ObjectWindow;
  /** Open files by segment, the one used last at the end. */
  readonly #open = new Map<number, number>();

  constructor(
    private readonly files: FileLayer,
    repositoryPath: string,
    private readonly perDirectory: number,
  ) {
    this.#root = `${repositoryPath}/data`;
    this.#reader = new ObjectReader(files);
    this.#window = new ObjectWindow(files, (segment, offset) => this.#handle(segment, offset));
  }

  /** The directory that holds all the directories of segments. */
  get root(): string {
    return this.#root;
  }

  directoryOf(segment: number): string {
    return `${this.#root}/${Math.floor(segment / this.perDirectory)}`;
  }

  pathOf(segment: number): string {
    return `${this.directoryOf(segment)}/${segment}`;
  }

  /** Whether every segment would be found where it is, were there so many in each directory. */
  wouldFit(perDirectory: number): boolean {
    const directory = (segment: number, count: number) => Math.floor(segment / count);
    return this.numbers().every((segment) =>
      directory(segment, perDirectory) === directory(segment, this.perDirectory)
    );
  }

  /** The numbers of all segment files, empty ones included, ascending. Other names are nobody's business. */
  numbers(): number[] {
    return this.#directories()
      .flatMap((name) => decimals(this.files.list(`${this.#root}/${name}`)))
      .sort((a, b) => a - b);
  }

  exists(segment: number): boolean {
    return this.#open.has(segment) || this.size(segment) > 0;
  }

  size(segment: number): number {
    return this.files.status(this.pathOf(segment))?.size ?? 0;
  }

  /** The entries of a segment, validated; none when the file is missing or empty. */
  *entries(segment: number): Generator<Entry> {
    if (this.size(segment) === 0) return;
    const handle = this.files.open(this.pathOf(segment), "read");
    try {
      yield* readEntries(this.files, handle, segment);
    } finally {
      this.files.close(handle);
    }
  }

  /**
   * Goes through the entries of a segment with a reader that serves for many of them, and calls `visit` at each. Waits when
   * that gives a promise.
   */
  async visit(segment: number, reader: EntryReader, visit: () => Promise<void> | undefined): Promise<void> {
    const handle = this.files.open(this.pathOf(segment), "read");
    try {
      reader.open(handle, segment);
      while (reader.next()) {
        const pause = visit();
        if (pause) await pause;
      }
    } finally {
      this.files.close(handle);
    }
  }

  readObject(segment: number, offset: number, id: Uint8Array): Uint8Array {
    return this.#reader.read(this.#handle(segment, offset), segment, offset, id);
  }

  /** As `readObject`, but it is read to where it is wanted; quick where objects lie behind one another. */
  findObject(segment: number, offset: number, id: Uint8Array): FoundObject {
    return this.#window.find(segment, offset, id);
  }

  /** The size of an object's entry. */
  entrySize(segment: number, offset: number, id: Uint8Array): number {
    return this.#window.sizeOf(segment, offset, id);
  }

  /** The highest committed segment: the transaction id of the log (format reference 2.5). */
  lastCommitted(): number | undefined {
    return this.numbers().findLast((segment) => this.#isCommitted(segment));
  }

  magic(segment: number): Uint8Array {
    return this.#readAt(segment, 0, SEGMENT_MAGIC.length);
  }

  remove(segment: number): void {
    this.#forget(segment);
    const path = this.pathOf(segment);
    try {
      this.files.unlink(path);
    } catch (error) {
      // Copy-on-write file systems may need space to delete: give some back first.
      if (!hasCode(error, "ENOSPC", "EDQUOT")) throw error;
      this.files.empty(path);
      this.files.unlink(path);
    }
  }

  /** Deletes the segments above `transaction`: nothing of what they hold was ever committed. Gives how many. */
  removeAfter(transaction: number): number {
    const uncommitted = this.numbers().filter((segment) => segment > transaction);
    for (const segment of uncommitted.reverse()) this.remove(segment);
    return uncommitted.length;
  }

  removeEmptyDirectories(): void {
    for (const name of this.#directories()) {
      const path = `${this.#root}/${name}`;
      if (this.files.list(path).length === 0) this.files.removeDirectory(path);
    }
  }

  /** Closes the files that are open for reading. They are opened again when needed. */
  close(): void {
    for (const segment of this.#open.keys()) this.#forget(segment);
  }

  #directories(): number[] {
    return decimals(this.files.list(this.#root)).filter((name) =>
      this.files.status(`${this.#root}/${name}`)?.directory
    );
  }

  #isCommitted(segment: number): boolean {
    const size = this.size(segment);
    if (size < SEGMENT_MAGIC.length + COMMIT_ENTRY.length) return false;
    const tail = this.#readAt(segment, size - COMMIT_ENTRY.length, COMMIT_ENTRY.length);
    return equal(tail, COMMIT_ENTRY) && this.#endsInCommits(segment);
  }

  /** Whether every entry is sound and only commits follow the first commit. */
  #endsInCommits(segment: number): boolean {
    try {
      let committed = false;
      for (const { tag } of this.entries(segment)) {
        if (committed && tag !== COMMIT) return false;
        committed = tag === COMMIT;
      }
      return committed;
    } catch (error) {
      if (error instanceof DamagedEntry) return false;
      throw error;
    }
  }

  #readAt(segment: number, position: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    const handle = this.files.open(this.pathOf(segment), "read");
    try {
      return bytes.subarray(0, this.files.read(handle, bytes, position));
    } finally {
      this.files.close(handle);
    }
  }

  #handle(segment: number, offset: number): number {
    const handle = this.#open.get(segment) ?? this.#openForReading(segment, offset);
    this.#open.delete(segment);
    this.#open.set(segment, handle);
    return handle;
  }

  #openForReading(segment: number, offset: number): number {
    const [oldest] = this.#open.keys();
    if (this.#open.size >= OPEN_LIMIT && oldest !== undefined) this.#forget(oldest);
    try {
      return this.files.open(this.pathOf(segment), "read");
    } catch (error) {
      if (hasCode(error, "ENOENT")) throw new DamagedEntry("Segment is missing", segment, offset);
      throw error;
    }
  }

  #forget(segment: number): void {
    this.#window.forget(segment);
    const handle = this.#open.get(segment);
    if (handle === undefined) return;
    this.#open.delete(segment);
    this.files.close(handle);
  }
}

/** The names that are numbers as we would write them. */
function decimals(names: string[]): number[] {
  return names.filter((name) => /^(0|[1-9][0-9]*)$/.test(name)).map(Number);
}
