import { encodeText } from "../encoding/path.ts";
import { IntegrityError } from "../errors.ts";
import type { Archives } from "./archives.ts";
import type { ChunkCache } from "./chunk_cache.ts";
import { NodeFlag, type NodeTable } from "./node_table.ts";
import type { OpenFile, Piece } from "./open_file.ts";
import { OpenFiles } from "./open_files.ts";

/** What is needed to read files. */
export interface ContentSource {
  readonly nodes: NodeTable;
  readonly archives: Archives;
  readonly chunks: ChunkCache;
}

export interface ReadingOptions {
  /** Whether files that a repair filled up with zeros can be read. */
  readonly allowDamagedFiles: boolean;
  /** How many bytes are read before a sequential reader asks for them. */
  readonly readAhead: number;
}

/** A file holds zeros in the place of lost contents. */
export class DamagedFile extends Error {}

/** A part of a file. */
export interface Range {
  readonly offset: number;
  readonly length: number;
}

/** What is in files, by node. */
export class Contents {
  readonly #files: OpenFiles;

  constructor(private readonly source: ContentSource, private readonly options: ReadingOptions) {
    this.#files = new OpenFiles(source.chunks, options.readAhead);
  }

  /** Whether a file is not to be read because it is damaged. */
  isRefused(node: number): boolean {
    return !this.options.allowDamagedFiles && (this.source.nodes.flags[node]! & NodeFlag.damaged) !== 0;
  }

  /** The path in its archive of a file that was read not long ago. */
  pathOf(node: number): string | undefined {
    return this.#files.find(node)?.path;
  }

  /**
   * Hands over what is in a range, as far as the file goes: views that `send` may look at only until it returns. Throws
   * DamagedFile, what chunks throw, and IntegrityError when they are not what the file says.
   */
  async read(node: number, range: Range, send: (parts: readonly Uint8Array[]) => void): Promise<void> {
    if (this.isRefused(node)) return await this.refuse(node);
    const file = this.#files.find(node) ?? await this.#open(node);
    const reading = this.#readPieces(file.pieces(range.offset, range.length), send);
    file.readAhead(range.offset, range.length);
    await reading;
  }

  /** Throws DamagedFile, after which the file's path is known. */
  async refuse(node: number): Promise<never> {
    await this.#open(node);
    throw new DamagedFile();
  }

  /** Where a symbolic link points to. */
  async target(node: number): Promise<Uint8Array> {
    const source = (await this.source.archives.itemOf(node))?.source;
    if (source === undefined) throw new IntegrityError("A symbolic link points nowhere");
    return encodeText(source);
  }

  async #readPieces(pieces: readonly Piece[], send: (parts: readonly Uint8Array[]) => void): Promise<void> {
    if (pieces.length === 1) return await this.#use(pieces[0]!, (part) => send([part]));
    const parts: Uint8Array[] = [];
    for (const piece of pieces) await this.#use(piece, (part) => parts.push(part.slice()));
    send(parts);
  }

  async #open(node: number): Promise<OpenFile> {
    const item = await this.source.archives.itemOf(node);
    if (item === undefined) throw new IntegrityError("A file without an item");
    return this.#files.find(node) ?? this.#files.add(node, item);
  }

  #use({ chunk, start, end }: Piece, action: (part: Uint8Array) => void): Promise<void> {
    return this.source.chunks.use(chunk, (plaintext) => {
      if (plaintext.length !== chunk.size) throw new IntegrityError("A chunk is not as long as its file says");
      action(plaintext.subarray(start, end));
    });
  }
}
