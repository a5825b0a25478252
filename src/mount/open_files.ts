import type { Item } from "../archive/item.ts";
import type { ChunkCache } from "./chunk_cache.ts";
import { OpenFile } from "./open_file.ts";

/** How many files' lists of chunks are kept, and of how many chunks altogether, the last file's not counted. */
const KEPT = 64;
const KEPT_CHUNKS = 1 << 18;

/** The files that are being read, by node: the kernel does not say when it opens a file and when it has done with it. */
export class OpenFiles {
  readonly #files = new Map<number, OpenFile>();
  #chunkCount = 0;

  /** @param ahead how many bytes are read before a sequential reader asks for them */
  constructor(private readonly chunks: ChunkCache, private readonly ahead: number) {}

  find(node: number): OpenFile | undefined {
    const file = this.#files.get(node);
    if (file === undefined) return undefined;
    this.#files.delete(node);
    this.#files.set(node, file);
    return file;
  }

  /** Opens a file that is not there yet. */
  add(node: number, item: Item): OpenFile {
    while (this.#files.size >= KEPT || this.#chunkCount > KEPT_CHUNKS) this.#forgetOldest();
    const file = new OpenFile(item, this.chunks, this.ahead);
    this.#files.set(node, file);
    this.#chunkCount += file.chunks.length;
    return file;
  }

  #forgetOldest(): void {
    const [node, file] = this.#files.entries().next().value!;
    this.#files.delete(node);
    this.#chunkCount -= file.chunks.length;
  }
}
