import type { Item } from "../archive/item.ts";
import type { ChunkCache } from "./chunk_cache.ts";
import { OpenFile } from "./open_file.ts";

/** How many files' lists of chunks are kept. */
const KEPT = 64;

/** The files that are being read, by node: the kernel does not say when it opens a file and when it has done with it. */
export class OpenFiles {
  readonly #files = new Map<number, OpenFile>();

  /** @param ahead how many bytes are read before a sequential reader asks for them */
  constructor(private readonly chunks: ChunkCache, private readonly ahead: number) {}

  find(node: number): OpenFile | undefined {
    const file = this.#files.get(node);
    if (file === undefined) return undefined;
    this.#files.delete(node);
    this.#files.set(node, file);
    return file;
  }

  add(node: number, { path, chunks = [] }: Item): OpenFile {
    const file = new OpenFile(path, chunks, this.chunks, this.ahead);
    this.#files.set(node, file);
    if (this.#files.size > KEPT) this.#files.delete(this.#files.keys().next().value!);
    return file;
  }
}
