import { decodeText, encodeText } from "../../encoding/path.ts";
import { temporaryName } from "../local/durable.ts";
import { type FileLayer, hasCode, readWhole } from "../local/files.ts";
import { asHolder, type Holder, type HostIdentity, isStale, sameHolder } from "./holder.ts";

export type LockKind = "shared" | "exclusive";
type Lists = Record<LockKind, Holder[]>;

/**
 * The list of those who hold a shared or exclusive lock, as JSON (format reference 3). To be used only while the lock
 * directory is held. Holders that do not live any more are dropped whenever the list is read.
 */
export class Roster {
  readonly #self: Holder;

  constructor(
    private readonly path: string,
    private readonly identity: HostIdentity,
    private readonly files: FileLayer,
  ) {
    this.#self = asHolder(identity);
  }

  has(kind: LockKind): boolean {
    return this.#load()[kind].length > 0;
  }

  add(kind: LockKind): void {
    const lists = this.#load();
    lists[kind] = [...this.#others(lists[kind]), this.#self];
    this.#save(lists);
  }

  /** Removes this process; the file goes when nobody is left. */
  remove(kind: LockKind): void {
    const lists = this.#load();
    lists[kind] = this.#others(lists[kind]);
    if (lists.shared.length + lists.exclusive.length > 0) this.#save(lists);
    else this.delete();
  }

  delete(): void {
    if (this.files.status(this.path)) this.files.unlink(this.path);
  }

  #others(holders: Holder[]): Holder[] {
    return holders.filter((holder) => !sameHolder(holder, this.#self));
  }

  #load(): Lists {
    const content = this.#read();
    return {
      shared: this.#living(content["shared"]),
      exclusive: this.#living(content["exclusive"]),
    };
  }

  /** A missing, empty or damaged file stands for an empty list. */
  #read(): Record<string, unknown> {
    try {
      const content: unknown = JSON.parse(decodeText(readWhole(this.files, this.path)));
      return typeof content === "object" && content !== null ? { ...content } : {};
    } catch (error) {
      if (hasCode(error, "ENOENT") || error instanceof SyntaxError) return {};
      throw error;
    }
  }

  #living(entries: unknown): Holder[] {
    if (!Array.isArray(entries)) return [];
    return entries.filter(isEntry)
      .map(([hostId, pid, thread]) => ({ hostId, pid, thread }))
      .filter((holder) => !isStale(holder, this.identity));
  }

  #save(lists: Lists): void {
    const text = JSON.stringify({ shared: lists.shared.map(toEntry), exclusive: lists.exclusive.map(toEntry) });
    const temporary = temporaryName(this.path);
    const handle = this.files.open(temporary, "create");
    try {
      this.files.write(handle, [encodeText(text)], 0);
    } finally {
      this.files.close(handle);
    }
    this.files.rename(temporary, this.path);
  }
}

type Entry = [hostId: string, pid: number, thread: number];

function isEntry(value: unknown): value is Entry {
  return Array.isArray(value) && value.length === 3 && typeof value[0] === "string" &&
    Number.isSafeInteger(value[1]) && Number.isSafeInteger(value[2]);
}

function toEntry({ hostId, pid, thread }: Holder): Entry {
  return [hostId, pid, thread];
}
