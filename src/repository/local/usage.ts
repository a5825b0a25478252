import { HEAD_LENGTH, HEADER_LENGTH } from "./entry.ts";
import { ShadowIndex } from "./shadow_index.ts";

/**
 * What is known of the use of segments beside the index: the content of the hints file (format reference 2.7, kept up as
 * 2.5 and 2.10 say).
 */
export class Usage {
  /** Number of current objects by segment. */
  readonly segments = new Map<number, number>();
  /** Bytes that compaction could free by segment. */
  readonly compact = new Map<number, number>();
  /** Segments with superseded PUTs by id. */
  readonly shadow = new ShadowIndex();
  /** Bytes of all PUT entries that exist. */
  quotaUse = 0;

  /** A PUT of `size` bytes was appended to `segment`. */
  added(segment: number, size: number): void {
    this.countObjects(segment, 1);
    this.quotaUse += size;
  }

  /** The current PUT of `id` in `segment` is current no more, which makes `freeable` bytes garbage. */
  superseded(segment: number, id: Uint8Array, freeable: number): void {
    this.countObjects(segment, -1);
    this.addFreeable(segment, freeable);
    this.shadow.add(id, segment);
  }

  /** A DELETE was appended to `segment`. It is garbage from the start, for compaction to judge. */
  deleteWritten(segment: number): void {
    this.countObjects(segment, 0);
    this.addFreeable(segment, HEAD_LENGTH);
  }

  /** A COMMIT was appended to `segment`. */
  commitWritten(segment: number): void {
    this.countObjects(segment, 0);
    this.addFreeable(segment, HEADER_LENGTH);
  }

  /** The segment does not exist any more. */
  forgetSegment(segment: number): void {
    this.segments.delete(segment);
    this.compact.delete(segment);
  }

  /** Segments with superseded PUTs of `id`; undefined when nothing is known of it. */
  shadowsOf(id: Uint8Array): readonly number[] | undefined {
    return this.shadow.get(id);
  }

  forgetShadows(id: Uint8Array): void {
    this.shadow.delete(id);
  }

  /** A superseded PUT of `id` in `segment` does not exist any more. */
  forgetShadow(id: Uint8Array, segment: number): void {
    const segments = this.shadow.get(id);
    const at = segments?.indexOf(segment) ?? -1;
    if (at >= 0) this.shadow.set(id, segments!.toSpliced(at, 1));
  }

  /** Drops what is known of segments above `transaction`, which are deleted as uncommitted. */
  forgetShadowsAfter(transaction: number): void {
    const isKept = (segment: number) => segment <= transaction;
    for (const [id, segments] of this.shadow) {
      if (!segments.every(isKept)) this.shadow.set(id, segments.filter(isKept));
    }
  }

  countObjects(segment: number, change: number): void {
    this.segments.set(segment, (this.segments.get(segment) ?? 0) + change);
  }

  addFreeable(segment: number, bytes: number): void {
    this.compact.set(segment, (this.compact.get(segment) ?? 0) + bytes);
  }
}
