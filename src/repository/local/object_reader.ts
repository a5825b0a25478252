import { crc32 } from "node:zlib";
import { equal, toHex } from "../../encoding/bytes.ts";
import { DamagedEntry, HEAD_LENGTH, HEADER_LENGTH, MAX_ENTRY_SIZE, parseHeader, PUT } from "./entry.ts";
import type { FileLayer } from "./files.ts";

/** Most objects of small files and of item streams fit, so that one call to the system gets them. */
const PROBE_SIZE = 32 * 1024;

/** Reads single objects from segments. */
export class ObjectReader {
  readonly #probe = new Uint8Array(PROBE_SIZE);

  constructor(private readonly files: FileLayer) {}

  /** The data of the PUT of `id` at `offset`. Throws DamagedEntry when it is something else. */
  read(handle: number, segment: number, offset: number, id: Uint8Array): Uint8Array {
    const got = this.files.read(handle, this.#probe, offset);
    const size = checkHead(this.#probe.subarray(0, got), segment, offset);
    const data = new Uint8Array(size - HEAD_LENGTH);
    const known = Math.min(got, size);
    data.set(this.#probe.subarray(HEAD_LENGTH, known));
    const rest = data.subarray(known - HEAD_LENGTH);
    if (this.files.read(handle, rest, offset + known) < rest.length) {
      throw new DamagedEntry("Segment entry data short read", segment, offset);
    }
    const headSum = crc32(this.#probe.subarray(4, HEAD_LENGTH));
    if (crc32(data, headSum) !== parseHeader(this.#probe).crc) {
      throw new DamagedEntry("Segment entry checksum mismatch", segment, offset);
    }
    checkId(this.#probe, id, segment, offset);
    return data;
  }
}

/** The size that the head of an entry states, which must be one that an object can have. Throws DamagedEntry. */
export function checkHead(head: Uint8Array, segment: number, offset: number): number {
  if (head.length < HEADER_LENGTH) throw new DamagedEntry("Invalid segment entry header", segment, offset);
  const { size } = parseHeader(head);
  if (size > MAX_ENTRY_SIZE) throw new DamagedEntry(`Invalid segment entry size ${size} - too big`, segment, offset);
  if (size < HEAD_LENGTH) throw new DamagedEntry(`Invalid segment entry size ${size} - too small`, segment, offset);
  if (head.length < HEAD_LENGTH) throw new DamagedEntry("Segment entry data short read", segment, offset);
  return size;
}

/** The last two steps of validation: the right kind of entry, and the wanted id. */
export function checkId(head: Uint8Array, id: Uint8Array, segment: number, offset: number): void {
  const { tag } = parseHeader(head);
  if (tag !== PUT) throw new DamagedEntry(`Segment entry of tag ${tag} instead of an object`, segment, offset);
  if (equal(head.subarray(HEADER_LENGTH, HEAD_LENGTH), id)) return;
  throw new DamagedEntry(`Segment entry of another object than ${toHex(id)}`, segment, offset);
}
