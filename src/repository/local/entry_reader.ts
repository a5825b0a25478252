import { equal } from "../../encoding/bytes.ts";
import {
  checksumMatches,
  COMMIT,
  DamagedEntry,
  type Entry,
  HEAD_LENGTH,
  HEADER_LENGTH,
  MAX_ENTRY_SIZE,
  parseHeader,
  SEGMENT_MAGIC,
  sizeFits,
} from "./entry.ts";
import type { FileLayer } from "./files.ts";
import { FileWindow } from "./window.ts";

const WINDOW_SIZE = 1 << 20;

/**
 * The entries of a segment, each one validated in the order of format reference 2.3. Throws DamagedEntry at the first that is
 * not as it must be, a torn one at the end included.
 */
export function* readEntries(files: FileLayer, handle: number, segment: number): Generator<Entry> {
  const window = new FileWindow(files, handle, WINDOW_SIZE);
  if (!equal(window.at(0, SEGMENT_MAGIC.length), SEGMENT_MAGIC)) {
    throw new DamagedEntry("Segment without the magic bytes", segment, 0);
  }
  let offset = SEGMENT_MAGIC.length;
  while (true) {
    const entry = readEntry(window, segment, offset);
    if (!entry) return;
    yield entry;
    offset += entry.size;
  }
}

function readEntry(window: FileWindow, segment: number, offset: number): Entry | undefined {
  const header = window.at(offset, HEADER_LENGTH);
  if (header.length === 0) return undefined;
  if (header.length < HEADER_LENGTH) throw new DamagedEntry("Segment ends within an entry header", segment, offset);
  const { size, tag } = parseHeader(header);
  if (size > MAX_ENTRY_SIZE) throw new DamagedEntry(`Entry size ${size} is too big`, segment, offset);
  if (size < HEADER_LENGTH) throw new DamagedEntry(`Entry size ${size} is too small`, segment, offset);
  const whole = window.at(offset, size);
  if (whole.length < size) throw new DamagedEntry("Segment ends within an entry", segment, offset);
  if (!checksumMatches(whole)) throw new DamagedEntry("Entry checksum mismatch", segment, offset);
  if (!sizeFits(tag, size)) throw new DamagedEntry(`Entry of tag ${tag} and size ${size}`, segment, offset);
  const idEnd = tag === COMMIT ? HEADER_LENGTH : HEAD_LENGTH;
  return { tag, offset, size, id: whole.subarray(HEADER_LENGTH, idEnd), data: whole.subarray(idEnd) };
}
