import { pieceLengths } from "../../chunking/fixed.ts";
import { pread } from "../../platform/file.ts";
import { seekData, seekHole } from "../../platform/seek.ts";
import type { ArchiveWriter, OpenFile } from "../archive_writer.ts";
import { attempt } from "../problems.ts";

/** A file, and how it is cut: a header, then blocks (format reference 5.3). */
export interface SparseFile {
  readonly fd: number;
  readonly size: number;
  readonly headerSize: number;
  readonly blockSize: number;
}

interface Range {
  readonly start: number;
  readonly end: number;
  readonly isHole: boolean;
}

/** Stores a file block by block; where it has holes, zeros are stored without reading them. `visit` hears of each block. */
export async function storeSparse(
  writer: ArchiveWriter,
  file: OpenFile,
  source: SparseFile,
  visit: () => Promise<void>,
): Promise<void> {
  for (const range of ranges(source)) {
    let offset = range.start;
    for (const length of pieceLengths(range.end - range.start, source.blockSize)) {
      const room = await writer.room(length);
      const got = range.isHole ? zeros(room, length) : readFully(source, room.subarray(0, length), offset);
      if (got > 0) await writer.commit(file, got);
      if (got < length) return; // The file has become shorter.
      offset += got;
      await visit();
    }
  }
}

/** Header, data and holes, one after the other. */
function* ranges({ fd, size, headerSize }: SparseFile): Generator<Range> {
  const bodyStart = Math.min(headerSize, size);
  if (bodyStart > 0) yield { start: 0, end: bodyStart, isHole: false };
  for (let start = bodyStart; start < size;) {
    const data = attempt("seek", () => seekData(fd, start)) ?? size;
    if (data > start) yield { start, end: data, isHole: true };
    if (data >= size) return;
    const end = Math.min(attempt("seek", () => seekHole(fd, data)) ?? size, size);
    yield { start: data, end, isHole: false };
    start = end;
  }
}

function zeros(room: Uint8Array, length: number): number {
  room.fill(0, 0, length);
  return length;
}

function readFully({ fd }: SparseFile, target: Uint8Array, offset: number): number {
  let length = 0;
  while (length < target.length) {
    const got = attempt("read", () => pread(fd, target.subarray(length), offset + length));
    if (got === 0) break;
    length += got;
  }
  return length;
}
