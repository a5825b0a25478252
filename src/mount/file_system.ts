import type { Item } from "../archive/item.ts";
import { encodeText } from "../encoding/path.ts";
import { IntegrityError } from "../errors.ts";
import { errorNumber } from "../platform/errno.ts";
import type { FuseDevice } from "../platform/fuse/device.ts";
import type { Archives } from "./archives.ts";
import type { ChunkCache } from "./chunk_cache.ts";
import { DirectoryReply } from "./directory_reply.ts";
import { writeAttributes, writeEntry } from "./entry_reply.ts";
import { agree, offers } from "./greeting.ts";
import { NodeFlag } from "./node_table.ts";
import type { Piece } from "./open_file.ts";
import { OpenFiles } from "./open_files.ts";
import { Capability, Opcode, OpenFlag } from "./protocol.ts";
import type { Server } from "./pump.ts";
import { ReplyBuffer } from "./reply.ts";
import type { Request } from "./request.ts";
import type { Tree } from "./tree.ts";
import { xattrsOf } from "./xattrs.ts";

export interface FileSystemOptions {
  /** Whether files that a repair filled up with zeros can be read. */
  readonly allowDamagedFiles: boolean;
  /** Go by numbers, not by names, in ACLs. */
  readonly numericIds: boolean;
  /** How many bytes are read before a sequential reader asks for them. */
  readonly readAhead: number;
}

/** A request could not be answered: the file's path in its archive where that is known, and why. */
export type ProblemListener = (error: unknown, path: string | undefined) => void;

/** The most bytes that one reply carries: what the kernel asks for at most. */
const LONGEST_REPLY = 1 << 20;

const EIO = errorNumber("EIO")!;
const ENOSYS = errorNumber("ENOSYS")!;
const ERANGE = errorNumber("ERANGE")!;
const NO_ATTRIBUTE = errorNumber("ENOATTR") ?? errorNumber("ENODATA")!;

/** Answers the kernel's requests about a tree of archives. */
export class FileSystem implements Server {
  readonly #reply = new ReplyBuffer(LONGEST_REPLY);
  readonly #directories;
  readonly #files: OpenFiles;
  #canSkipOpening = false;
  #pending = 0;

  constructor(
    private readonly device: FuseDevice,
    private readonly tree: Tree,
    private readonly archives: Archives,
    private readonly chunks: ChunkCache,
    private readonly options: FileSystemOptions,
    private readonly onProblem: ProblemListener,
  ) {
    this.#directories = new DirectoryReply(tree);
    this.#files = new OpenFiles(chunks, options.readAhead);
  }

  get pending(): number {
    return this.#pending;
  }

  handle(request: Request): void {
    const { ticket, node } = request;
    switch (request.opcode) {
      case Opcode.lookup:
        return this.#inDirectory(ticket, node, this.#lookup(ticket, node, request.nameAt(0)));
      case Opcode.getAttributes:
        return this.#send(writeAttributes(this.#reply.begin(ticket), this.tree.nodes, node));
      case Opcode.readDirectoryPlus:
      case Opcode.readDirectory:
        return this.#inDirectory(ticket, node, this.#listing(request));
      case Opcode.open:
        return this.#open(request);
      case Opcode.read:
        return this.#read(request);
      case Opcode.readLink:
        return this.#later(ticket, this.#readLink(ticket, node));
      case Opcode.getXattr:
        return this.#getXattr(request);
      case Opcode.listXattr:
        return this.#listXattr(request);
      default:
        return this.#handleRare(request);
    }
  }

  #handleRare(request: Request): void {
    const { ticket } = request;
    switch (request.opcode) {
      case Opcode.init:
        this.#canSkipOpening = offers(request, Capability.noOpen);
        return this.#send(agree(this.#reply.begin(ticket), request, LONGEST_REPLY));
      case Opcode.statFs:
        return this.#send(this.#reply.begin(ticket).zeros(40).u32(512).u32(255).u32(512).zeros(28));
      case Opcode.openDirectory:
        return this.#send(this.#reply.begin(ticket).u64(0).u32(OpenFlag.keepCache | OpenFlag.cacheDirectory).u32(0));
      case Opcode.release:
      case Opcode.releaseDirectory:
      case Opcode.destroy:
        return this.#send(this.#reply.begin(ticket));
      case Opcode.forget:
      case Opcode.batchForget:
      case Opcode.interrupt:
        return; // these get no reply; nodes are never forgotten, and what is under way is soon done
      default:
        return this.#fail(ticket, ENOSYS);
    }
  }

  /** Does what needs the contents of a directory, now or when they have been read. */
  #inDirectory(ticket: bigint, directory: number, answer: () => void): void {
    const ready = this.archives.ready(directory);
    if (ready) this.#later(ticket, ready.then(answer));
    else answer();
  }

  /** The name is copied: the request may be gone by the time the answer is known. */
  #lookup(ticket: bigint, directory: number, name: Uint8Array): () => void {
    const copy = name.slice();
    return () => {
      const node = this.tree.nodeOf(this.tree.find(directory, copy));
      this.#send(writeEntry(this.#reply.begin(ticket), this.tree.nodes, node));
    };
  }

  #listing(request: Request): () => void {
    const { ticket, node, opcode } = request;
    const offset = request.argument64(8);
    const limit = Math.min(request.argument32(16), LONGEST_REPLY);
    const withAttributes = opcode === Opcode.readDirectoryPlus;
    return () => {
      this.#directories.write(this.#reply.begin(ticket), { directory: node, offset, limit, withAttributes });
      this.#send(this.#reply);
    };
  }

  /**
   * That there is no such call lets the kernel do without it from then on, which spares two of three requests for a small
   * file. Damaged files are refused here if any are known by then, and when they are read otherwise.
   */
  #open({ ticket, node }: Request): void {
    const { nodes } = this.tree;
    if (this.#canSkipOpening && !nodes.anyDamaged) return this.#fail(ticket, ENOSYS);
    if (!this.#isReadable(node)) return this.#later(ticket, this.#refuse(ticket, node));
    this.#send(this.#reply.begin(ticket).u64(0).u32(OpenFlag.keepCache).u32(0));
  }

  #isReadable(node: number): boolean {
    return this.options.allowDamagedFiles || (this.tree.nodes.flags[node]! & NodeFlag.damaged) === 0;
  }

  async #refuse(ticket: bigint, node: number): Promise<void> {
    this.onProblem(new DamagedFile(), (await this.archives.itemOf(node))?.path);
    this.#fail(ticket, EIO);
  }

  #read(request: Request): void {
    const { ticket, node } = request;
    if (!this.#isReadable(node)) return this.#later(ticket, this.#refuse(ticket, node));
    const offset = request.argument64(8);
    const length = Math.min(request.argument32(16), LONGEST_REPLY);
    const file = this.#files.find(node);
    if (file) this.#later(ticket, this.#readPieces(ticket, file.pieces(offset, length)), file.path);
    else this.#later(ticket, this.#openAndRead(ticket, node, offset, length));
  }

  async #openAndRead(ticket: bigint, node: number, offset: number, length: number): Promise<void> {
    const item = await this.archives.itemOf(node);
    if (item === undefined) return this.#fail(ticket, EIO);
    const file = this.#files.find(node) ?? this.#files.add(node, item);
    await this.#readPieces(ticket, file.pieces(offset, length));
  }

  async #readPieces(ticket: bigint, pieces: readonly Piece[]): Promise<void> {
    if (pieces.length === 1) {
      const { chunk, start, end } = pieces[0]!;
      return await this.chunks.use(chunk, (plaintext) => {
        this.#send(this.#reply.begin(ticket).bytes(piece(plaintext, start, end)));
      });
    }
    const parts: Uint8Array[] = [];
    for (const { chunk, start, end } of pieces) {
      await this.chunks.use(chunk, (plaintext) => void parts.push(piece(plaintext, start, end).slice()));
    }
    this.#reply.begin(ticket);
    for (const part of parts) this.#reply.bytes(part);
    this.#send(this.#reply);
  }

  async #readLink(ticket: bigint, node: number): Promise<void> {
    const item = await this.archives.itemOf(node);
    if (item?.source === undefined) return this.#fail(ticket, EIO);
    this.#send(this.#reply.begin(ticket).bytes(encodeText(item.source)));
  }

  #getXattr(request: Request): void {
    const { ticket, node } = request;
    if (!this.#hasXattrs(node)) return this.#fail(ticket, NO_ATTRIBUTE);
    const name = request.textAt(8);
    const room = request.argument32(0);
    const answer = (item: Item) => {
      const value = xattrsOf(item, this.options.numericIds).get(name);
      if (value === undefined) this.#fail(ticket, NO_ATTRIBUTE);
      else this.#sendSized(ticket, value, room);
    };
    this.#later(ticket, this.archives.itemOf(node)!.then(answer));
  }

  #listXattr(request: Request): void {
    const { ticket, node } = request;
    const room = request.argument32(0);
    if (!this.#hasXattrs(node)) return this.#sendSized(ticket, new Uint8Array(0), room);
    const answer = (item: Item) => {
      const names = Array.from(xattrsOf(item, this.options.numericIds).keys(), (name) => `${name}\0`);
      this.#sendSized(ticket, encodeText(names.join("")), room);
    };
    this.#later(ticket, this.archives.itemOf(node)!.then(answer));
  }

  #hasXattrs(node: number): boolean {
    return (this.tree.nodes.flags[node]! & NodeFlag.xattrs) !== 0;
  }

  /** An answer for whoever said how much room there is: 0 asks for the size alone. */
  #sendSized(ticket: bigint, bytes: Uint8Array, room: number): void {
    if (room === 0) this.#send(this.#reply.begin(ticket).u32(bytes.length).u32(0));
    else if (bytes.length > room) this.#fail(ticket, ERANGE);
    else this.#send(this.#reply.begin(ticket).bytes(bytes));
  }

  /** Counts an answer that takes its time, and sees to it that there is one whatever happens. */
  #later(ticket: bigint, work: Promise<void>, path?: string): void {
    this.#pending++;
    work.catch((error) => {
      this.onProblem(error, path);
      this.#fail(ticket, EIO);
    }).finally(() => this.#pending--);
  }

  #send(reply: ReplyBuffer): void {
    this.device.send(reply.finish());
  }

  #fail(ticket: bigint, errno: number): void {
    this.device.send(this.#reply.failure(ticket, errno));
  }
}

/** A file holds zeros in the place of lost contents. */
export class DamagedFile extends Error {}

/** A part of a chunk. Throws IntegrityError when the chunk is shorter than its file says. */
function piece(plaintext: Uint8Array, start: number, end: number): Uint8Array {
  if (end <= plaintext.length) return plaintext.subarray(start, end);
  throw new IntegrityError("A chunk is shorter than its file says");
}
