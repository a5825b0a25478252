/** Sums over the chunks and files of one run; the `Parts` variants count part items (format reference 4.9). */
export class Statistics {
  /** Bytes of content. */
  osize = 0;
  /** The same as stored. */
  csize = 0;
  /** Stored bytes that were new (create) or that go (delete). */
  usize = 0;
  nfiles = 0;
  osizeParts = 0;
  csizeParts = 0;
  usizeParts = 0;
  nfilesParts = 0;

  /** Counts one chunk reference. `unique`: whether its stored bytes count as new; `sign` -1 takes it back. */
  addChunk(size: number, csize: number, unique: boolean, part = false, sign: 1 | -1 = 1): void {
    const usize = unique ? csize : 0;
    if (part) {
      this.osizeParts += sign * size;
      this.csizeParts += sign * csize;
      this.usizeParts += sign * usize;
    } else {
      this.osize += sign * size;
      this.csize += sign * csize;
      this.usize += sign * usize;
    }
  }

  addFile(part = false): void {
    if (part) this.nfilesParts++;
    else this.nfiles++;
  }

  /** Adds another run's sums to these. */
  add(other: Statistics): void {
    this.osize += other.osize;
    this.csize += other.csize;
    this.usize += other.usize;
    this.nfiles += other.nfiles;
    this.osizeParts += other.osizeParts;
    this.csizeParts += other.csizeParts;
    this.usizeParts += other.usizeParts;
    this.nfilesParts += other.nfilesParts;
  }
}
