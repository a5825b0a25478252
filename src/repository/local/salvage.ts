import { crc32 } from "node:zlib";
import { temporaryName } from "./durable.ts";
import { COMMIT_SEGMENT_LENGTH, HEADER_LENGTH, parseHeader, SEGMENT_MAGIC, sizeFits } from "./entry.ts";
import type { FileLayer } from "./files.ts";
import type { Segments } from "./segments.ts";
import { FileWindow } from "./window.ts";

const WINDOW_SIZE = 4 << 20;

/** Rewrites a damaged segment with those of its entries that are still sound (format reference 11.1). */
export function salvageSegment(files: FileLayer, segments: Segments, segment: number): void {
  const path = segments.pathOf(segment);
  const temporary = temporaryName(path);
  const target = files.open(temporary, "create");
  try {
    copySound(files, path, target);
    files.sync(target);
  } finally {
    files.close(target);
  }
  // The segment may be open for reading.
  segments.close();
  files.rename(temporary, path);
  files.syncDirectory(segments.directoryOf(segment));
}

function copySound(files: FileLayer, path: string, target: number): void {
  const source = files.open(path, "read");
  try {
    files.write(target, [SEGMENT_MAGIC], 0);
    let written = SEGMENT_MAGIC.length;
    for (const entry of soundEntries(files, source, files.status(path)!.size)) {
      files.write(target, [entry], written);
      written += entry.length;
    }
  } finally {
    files.close(source);
  }
}

/** Every stretch of bytes that is an entry, wherever it begins. */
function* soundEntries(files: FileLayer, source: number, fileSize: number): Generator<Uint8Array> {
  if (fileSize < COMMIT_SEGMENT_LENGTH) return;
  const window = new FileWindow(files, WINDOW_SIZE);
  window.open(source);
  let position = startsWithMagic(window) ? SEGMENT_MAGIC.length : 0;
  while (position + HEADER_LENGTH <= fileSize) {
    const entry = soundEntryAt(window, position, fileSize);
    if (entry) yield entry;
    position += entry?.length ?? 1;
  }
}

function startsWithMagic(window: FileWindow): boolean {
  return window.at(0, SEGMENT_MAGIC.length).every((byte, i) => byte === SEGMENT_MAGIC[i]);
}

function soundEntryAt(window: FileWindow, position: number, fileSize: number): Uint8Array | undefined {
  const { crc, size, tag } = parseHeader(window.at(position, HEADER_LENGTH));
  if (!sizeFits(tag, size) || position + size > fileSize) return undefined;
  const entry = window.at(position, size);
  return crc32(entry.subarray(4)) === crc ? entry : undefined;
}
