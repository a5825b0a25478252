import { Buffer } from "node:buffer";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One stored object, as a PUT entry of a segment holds it (format reference 2.3). */
export interface StoredObject {
  readonly segment: number;
  readonly offset: number;
  readonly id: string;
  readonly data: Buffer;
}

const PUT = 0;
const DELETE = 1;
const HEADER = 9;
const ID = 32;

interface Entry {
  readonly tag: number;
  readonly segment: number;
  readonly offset: number;
  readonly id: string;
  readonly data: Buffer;
}

/** Every PUT of every segment, superseded and uncommitted ones too. A torn entry at the end of a file ends that file. */
export function readPuts(repository: string): StoredObject[] {
  return readEntries(repository).filter(({ tag }) => tag === PUT);
}

/** The ids of the objects that are there after all entries have been applied in order. */
export function readObjectIds(repository: string): Set<string> {
  const ids = new Set<string>();
  for (const { tag, id } of readEntries(repository)) {
    if (tag === PUT) ids.add(id);
    else if (tag === DELETE) ids.delete(id);
  }
  return ids;
}

function readEntries(repository: string): Entry[] {
  const data = join(repository, "data");
  const files = readdirSync(data).flatMap((folder) =>
    readdirSync(join(data, folder)).map((name) => [folder, name] as const)
  );
  return files
    .map(([folder, name]) => ({ segment: Number(name), content: readFileSync(join(data, folder, name)) }))
    .sort((a, b) => a.segment - b.segment)
    .flatMap(({ segment, content }) => parseSegment(segment, content));
}

/** Every PUT of one segment. */
export function putsOf(segment: number, content: Buffer): StoredObject[] {
  return parseSegment(segment, content).filter(({ tag }) => tag === PUT);
}

function parseSegment(segment: number, content: Buffer): Entry[] {
  if (content.length === 0) return [];
  if (content.toString("latin1", 0, 8) !== "BORG_SEG") throw new Error(`segment ${segment} does not begin as one`);
  const entries: Entry[] = [];
  for (let at = 8; at + HEADER <= content.length;) {
    const size = content.readUInt32LE(at + 4);
    if (size < HEADER || at + size > content.length) break;
    entries.push(parseEntry(segment, at, content.subarray(at, at + size)));
    at += size;
  }
  return entries;
}

function parseEntry(segment: number, offset: number, entry: Buffer): Entry {
  const id = entry.toString("hex", HEADER, HEADER + ID);
  return { tag: entry[8] ?? -1, segment, offset, id, data: entry.subarray(HEADER + ID) };
}
