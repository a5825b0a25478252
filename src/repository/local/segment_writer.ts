import { equal } from "../../encoding/bytes.ts";
import { MANIFEST_ID } from "../repository.ts";
import { COMMIT_ENTRY, DELETE, HEAD_LENGTH, PUT, SEGMENT_MAGIC, writeHead } from "./entry.ts";
import type { FileLayer } from "./files.ts";
import type { Segments } from "./segments.ts";

/** Entries that fit are gathered here, so that a system call carries many of them. */
const BUFFER_SIZE = 1 << 20;

/** Where an entry was written. */
export interface Place {
  readonly segment: number;
  readonly offset: number;
}

/**
 * Appends entries to fresh segments by the rules of format reference 2.4. What it wrote is durable after `commit`, and can be
 * read back after `flush`.
 */
export class SegmentWriter {
  readonly #buffer = new Uint8Array(BUFFER_SIZE);
  #buffered = 0;
  #handle: number | undefined;
  /** The number of the open segment, or of the next one. */
  #segment: number;
  /** Where the next entry of the open segment begins. */
  #offset = 0;

  /**
   * @param next number of the first segment to write
   * @param sizeLimit a segment longer than this gets no further entries
   */
  constructor(
    private readonly files: FileLayer,
    private readonly segments: Segments,
    next: number,
    private readonly sizeLimit: number,
  ) {
    this.#segment = next;
  }

  put(id: Uint8Array, data: Uint8Array): Place {
    return this.#append(PUT, id, data);
  }

  delete(id: Uint8Array): Place {
    return this.#append(DELETE, id);
  }

  /** Whether an entry for `id` would have to close the open segment first. */
  mustRollOver(id: Uint8Array): boolean {
    return this.#handle !== undefined && (this.#offset > this.sizeLimit || equal(id, MANIFEST_ID));
  }

  /** Commits all that was written, in a segment of its own, which is returned. */
  commit(): number {
    this.close();
    return this.commitInPlace();
  }

  /** Commits at the end of the open segment, however long it is. Returns the segment. */
  commitInPlace(): number {
    this.#ensureOpen();
    // What is committed must not reach the disk after the commit.
    if (this.#offset > SEGMENT_MAGIC.length) this.#sync();
    this.#buffer.set(COMMIT_ENTRY, this.#buffered);
    this.#buffered += COMMIT_ENTRY.length;
    this.#offset += COMMIT_ENTRY.length;
    const segment = this.#segment;
    this.close();
    return segment;
  }

  /** Hands what is buffered to the operating system when it belongs to `segment`. */
  flush(segment: number): void {
    if (this.#handle !== undefined && segment === this.#segment) this.#writeOut();
  }

  /** Makes the open segment durable and closes it. */
  close(): void {
    if (this.#handle === undefined) return;
    this.#sync();
    this.#closeHandle();
    this.files.syncDirectory(this.segments.directoryOf(this.#segment));
    this.#segment++;
  }

  /** Closes the open segment as it is: nobody will commit it. */
  abandon(): void {
    this.#closeHandle();
  }

  #append(tag: number, id: Uint8Array, data?: Uint8Array): Place {
    if (this.mustRollOver(id)) this.close();
    this.#ensureOpen();
    const place = { segment: this.#segment, offset: this.#offset };
    const dataLength = data?.length ?? 0;
    if (this.#buffered + HEAD_LENGTH > BUFFER_SIZE) this.#writeOut();
    writeHead(this.#buffer, this.#buffered, tag, id, data);
    this.#buffered += HEAD_LENGTH;
    this.#offset += HEAD_LENGTH + dataLength;
    if (data) this.#appendData(data);
    return place;
  }

  #appendData(data: Uint8Array): void {
    if (this.#buffered + data.length <= BUFFER_SIZE) {
      this.#buffer.set(data, this.#buffered);
      this.#buffered += data.length;
    } else {
      this.#writeOut(data);
    }
  }

  /** Writes what is buffered and `data`, which end at the current offset. */
  #writeOut(data?: Uint8Array): void {
    const buffered = this.#buffer.subarray(0, this.#buffered);
    const parts = data ? [buffered, data] : [buffered];
    const length = this.#buffered + (data?.length ?? 0);
    if (length === 0) return;
    this.files.write(this.#handle!, parts, this.#offset - length);
    this.#buffered = 0;
  }

  #sync(): void {
    this.#writeOut();
    this.files.sync(this.#handle!);
  }

  #ensureOpen(): void {
    if (this.#handle !== undefined) return;
    const directory = this.segments.directoryOf(this.#segment);
    if (!this.files.status(directory)) {
      this.files.makeDirectory(directory);
      this.files.syncDirectory(this.segments.root);
    }
    this.#handle = this.files.open(this.segments.pathOf(this.#segment), "create");
    this.#buffer.set(SEGMENT_MAGIC);
    this.#buffered = SEGMENT_MAGIC.length;
    this.#offset = SEGMENT_MAGIC.length;
  }

  #closeHandle(): void {
    if (this.#handle === undefined) return;
    const handle = this.#handle;
    this.#handle = undefined;
    this.#buffered = 0;
    this.files.close(handle);
  }
}
