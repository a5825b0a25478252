import { crc32 } from "node:zlib";
import type { FoundObject } from "../repository.ts";
import { DamagedEntry, getUint32, HEAD_LENGTH } from "./entry.ts";
import type { FileLayer } from "./files.ts";
import { checkHead, checkId } from "./object_reader.ts";

/** What is read for an object of which nothing is known: most of small files and of item streams fit. */
const PROBE = 32 * 1024;
/** What is read where objects lie behind one another, so that hundreds of small ones cost one call to the system. */
const RUN = 512 * 1024;

/** Where an object is, by its own account not yet verified. */
interface Place {
  readonly segment: number;
  readonly offset: number;
  readonly id: Uint8Array;
}

/**
 * Finds objects and copies them to where they are wanted. It remembers what it has read last; whoever changes a segment other
 * than at its end has to say so.
 */
export class ObjectWindow {
  readonly #bytes = new Uint8Array(RUN);
  #segment = -1;
  #start = 0;
  #length = 0;

  /** @param open gives an open segment, for an object at `offset` */
  constructor(private readonly files: FileLayer, private readonly open: (segment: number, offset: number) => number) {}

  /** The PUT of `id` at `offset`. Throws DamagedEntry when it is something else. */
  find(segment: number, offset: number, id: Uint8Array): FoundObject {
    const at = this.#load(segment, offset);
    const head = this.#bytes.subarray(at, Math.min(at + HEAD_LENGTH, this.#length));
    return new Found(this, { segment, offset, id }, checkHead(head, segment, offset));
  }

  /** The size of the entry of `id` at `offset`, header included. Its data is not looked at. Throws DamagedEntry. */
  sizeOf(segment: number, offset: number, id: Uint8Array): number {
    const at = this.#load(segment, offset);
    const head = this.#bytes.subarray(at, Math.min(at + HEAD_LENGTH, this.#length));
    const size = checkHead(head, segment, offset);
    checkId(head, id, segment, offset);
    return size;
  }

  /** Puts the data of an entry of `size` bytes to `target`. Throws DamagedEntry. */
  copy({ segment, offset, id }: Place, size: number, target: Uint8Array): void {
    const at = this.#load(segment, offset); // Something else may have been read since it was found.
    const entry = this.#bytes.subarray(at, Math.min(at + size, this.#length));
    target.set(entry.subarray(HEAD_LENGTH));
    const rest = target.subarray(entry.length - HEAD_LENGTH, size - HEAD_LENGTH);
    if (rest.length > 0 && this.files.read(this.open(segment, offset), rest, offset + entry.length) < rest.length) {
      throw new DamagedEntry("Segment entry data short read", segment, offset);
    }
    if (crc32(rest, crc32(entry.subarray(4))) !== getUint32(entry, 0)) {
      throw new DamagedEntry("Segment entry checksum mismatch", segment, offset);
    }
    checkId(entry, id, segment, offset);
  }

  /** What was read of this segment counts no more. */
  forget(segment: number): void {
    if (segment === this.#segment) this.#length = 0;
  }

  /** Reads what is at `offset`, unless it has been, and gives where in `#bytes` it is: a head at least, if there is one. */
  #load(segment: number, offset: number): number {
    const at = offset - this.#start;
    const isHere = segment === this.#segment && at >= 0;
    if (isHere && at + HEAD_LENGTH <= this.#length) return at;
    // The last object that was here may have reached beyond.
    const follows = isHere && at <= this.#length + PROBE;
    const target = this.#bytes.subarray(0, follows ? RUN : PROBE);
    this.#length = 0; // Should reading fail.
    this.#length = this.files.read(this.open(segment, offset), target, offset);
    this.#segment = segment;
    this.#start = offset;
    return 0;
  }
}

class Found implements FoundObject {
  readonly length: number;

  constructor(private readonly window: ObjectWindow, private readonly place: Place, private readonly size: number) {
    this.length = size - HEAD_LENGTH;
  }

  copyTo(target: Uint8Array): void {
    this.window.copy(this.place, this.size, target);
  }
}
