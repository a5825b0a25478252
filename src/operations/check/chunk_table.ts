import { HashIndex } from "../../encoding/hash_index.ts";
import type { Repository } from "../../repository/repository.ts";

/** Objects are asked for this many at a time. */
const PAGE = 100000;

/** Where references to objects are counted. */
export interface References {
  /** Whether there is such an object. */
  has(id: Uint8Array): boolean;
  /** Counts a reference; false when there is no such object. */
  refer(id: Uint8Array): boolean;
  /** Something else takes the object's place: it is no surprise when nothing refers to it. */
  supersede(id: Uint8Array): void;
}

/** Every object of a repository, and how often something was found to refer to it. */
export class ChunkTable implements References {
  /** The words of an object: its references, and 1 if it is superseded. */
  private constructor(private readonly table: HashIndex) {}

  static async load(repository: Repository): Promise<ChunkTable> {
    const table = HashIndex.create(3, await repository.count());
    for (let page = await repository.list(PAGE); page.length > 0; page = await repository.list(PAGE, page.at(-1))) {
      for (const id of page) table.set(id, 0, 0, 0);
    }
    return new ChunkTable(table);
  }

  get count(): number {
    return this.table.count;
  }

  has(id: Uint8Array): boolean {
    return this.table.find(id) >= 0;
  }

  refer(id: Uint8Array): boolean {
    const bucket = this.table.find(id);
    if (bucket < 0) return false;
    this.table.setWord(bucket, 0, Math.min(this.table.word(bucket, 0) + 1, 0x7fffffff));
    return true;
  }

  supersede(id: Uint8Array): void {
    const bucket = this.table.find(id);
    if (bucket >= 0) this.table.setWord(bucket, 1, 1);
  }

  isSuperseded(id: Uint8Array): boolean {
    const bucket = this.table.find(id);
    return bucket >= 0 && this.table.word(bucket, 1) === 1;
  }

  /** Something else takes the object's place in what was counted to refer to it, if there is such an object. */
  replace(id: Uint8Array): void {
    const bucket = this.table.find(id);
    if (bucket < 0) return;
    this.table.setWord(bucket, 0, this.table.word(bucket, 0) - 1);
    this.table.setWord(bucket, 1, 1);
  }

  /** There is a new object, and one reference to it. */
  add(id: Uint8Array): void {
    this.table.set(id, 1, 0, 0);
  }

  remove(id: Uint8Array): void {
    this.table.delete(id);
  }

  /** The same objects for those who look once more at what has been counted. */
  get uncounted(): References {
    return { has: (id) => this.has(id), refer: (id) => this.has(id), supersede: () => {} };
  }

  /** All ids. */
  *all(): Generator<Uint8Array> {
    for (let bucket = this.table.next(-1); bucket >= 0; bucket = this.table.next(bucket)) yield this.table.idAt(bucket);
  }

  /** Ids that nothing refers to. */
  *unreferenced(): Generator<Uint8Array> {
    for (let bucket = this.table.next(-1); bucket >= 0; bucket = this.table.next(bucket)) {
      if (this.table.word(bucket, 0) === 0) yield this.table.idAt(bucket);
    }
  }
}
