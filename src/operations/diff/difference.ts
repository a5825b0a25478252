import type { ChunkEntry, Item } from "../../archive/item.ts";
import { equal, toHex } from "../../encoding/bytes.ts";
import { type FileType, fileType } from "../../platform/file_type.ts";
import type { Pair } from "./pairs.ts";

/** How items that have no contents to measure are called. */
export type PlainKind = "directory" | "link" | "chrdev" | "blkdev" | "fifo";

/** One thing in which two items differ. */
export type Change =
  /** Without sizes when only the contents could be compared, and not the ids of their chunks. */
  | { readonly type: "modified"; readonly added?: number; readonly removed?: number }
  | { readonly type: "added" | "removed"; readonly size: number }
  | { readonly type: `${"added" | "removed"} ${PlainKind}` }
  | { readonly type: "changed link" }
  | { readonly type: "owner"; readonly before: Item; readonly after: Item }
  | { readonly type: "mode"; readonly before: number; readonly after: number }
  | { readonly type: "ctime" | "mtime"; readonly before: bigint; readonly after: bigint };

export interface Difference extends Pair {
  /** Empty when an item has become something else and only contents are compared. */
  readonly changes: readonly Change[];
}

export interface ComparisonRules {
  /** Whether equal contents are the same chunks: the archives' files were cut in the same way. */
  readonly sameChunking: boolean;
  readonly contentOnly: boolean;
  /** Whether owners are the same when their numbers are. */
  readonly numericIds: boolean;
}

const KINDS: Partial<Record<FileType, PlainKind>> = {
  directory: "directory",
  link: "link",
  character: "chrdev",
  block: "blkdev",
  fifo: "fifo",
};

/**
 * In what the two items differ; undefined when they do not.
 *
 * @param sameContents whether the bytes of two files are the same
 */
export function differenceOf(pair: Pair, sameContents: boolean, rules: ComparisonRules): Difference | undefined {
  const { before, after } = pair;
  if (!before || !after) return { ...pair, changes: [existence(before ? "removed" : "added", (before ?? after)!)] };
  if (isSame(before, after, sameContents, rules)) return undefined;
  const changes = [...contentChanges(before, after, rules)];
  if (!rules.contentOnly) changes.push(...metadataChanges(before, after, rules));
  return { ...pair, changes };
}

/** Whether both lists name the same chunks in the same order. */
export function sameChunks(before: readonly ChunkEntry[], after: readonly ChunkEntry[]): boolean {
  return before.length === after.length && before.every(({ id }, i) => equal(id, after[i]!.id));
}

function existence(verb: "added" | "removed", item: Item): Change {
  const kind = KINDS[fileType(item.mode)];
  return kind ? { type: `${verb} ${kind}` } : { type: verb, size: totalSize(item.chunks ?? []) };
}

function isSame(
  before: Item,
  after: Item,
  sameContents: boolean,
  { contentOnly, numericIds }: ComparisonRules,
): boolean {
  if (!sameContents || !sameTargets(before, after)) return false;
  if (contentOnly) return true;
  return sameOwners(before, after, numericIds) && before.mode === after.mode && before.ctime === after.ctime &&
    before.mtime === after.mtime;
}

function sameTargets(before: Item, after: Item): boolean {
  if (!isLink(before) && !isLink(after)) return true;
  return before.source === after.source;
}

function* contentChanges(before: Item, after: Item, { sameChunking }: ComparisonRules): Generator<Change> {
  if (before.chunks && after.chunks) {
    yield sameChunking ? { type: "modified", ...sizes(before.chunks, after.chunks) } : { type: "modified" };
  }
  if (isLink(before) && isLink(after) && before.source !== after.source) yield { type: "changed link" };
}

/** Bytes in chunks that only one of the files has. */
function sizes(before: readonly ChunkEntry[], after: readonly ChunkEntry[]): { added: number; removed: number } {
  if (sameChunks(before, after)) return { added: 0, removed: 0 };
  const [old, young] = [byId(before), byId(after)];
  return { added: totalSize(without(young, old)), removed: totalSize(without(old, young)) };
}

function byId(chunks: readonly ChunkEntry[]): Map<string, ChunkEntry> {
  return new Map(chunks.map((chunk) => [toHex(chunk.id), chunk]));
}

function without(chunks: ReadonlyMap<string, ChunkEntry>, others: ReadonlyMap<string, ChunkEntry>): ChunkEntry[] {
  return [...chunks].flatMap(([id, chunk]) => others.has(id) ? [] : [chunk]);
}

function* metadataChanges(before: Item, after: Item, { numericIds }: ComparisonRules): Generator<Change> {
  if (!sameOwners(before, after, numericIds)) yield { type: "owner", before, after };
  if (before.mode !== after.mode) yield { type: "mode", before: before.mode, after: after.mode };
  for (const type of ["ctime", "mtime"] as const) {
    const [was, is] = [before[type], after[type]];
    if (was !== undefined && is !== undefined && was !== is) yield { type, before: was, after: is };
  }
}

function sameOwners(before: Item, after: Item, numericIds: boolean): boolean {
  if (numericIds) return before.uid === after.uid && before.gid === after.gid;
  return before.user === after.user && before.group === after.group;
}

function totalSize(chunks: readonly ChunkEntry[]): number {
  return chunks.reduce((sum, { size }) => sum + size, 0);
}

function isLink({ mode }: Item): boolean {
  return fileType(mode) === "link";
}
