import type { Item } from "../archive/item.ts";
import { encodeText } from "../encoding/path.ts";
import { errorNumber } from "../platform/errno.ts";
import type { FuseDevice } from "../platform/fuse/device.ts";
import type { Archives } from "./archives.ts";
import type { Contents } from "./contents.ts";
import { DirectoryReply } from "./directory_reply.ts";
import { writeAttributes, writeEntry } from "./entry_reply.ts";
import { agree, offers } from "./greeting.ts";
import { NodeFlag } from "./node_table.ts";
import type { ProblemListener } from "./problem_listener.ts";
import { Capability, Opcode, OpenFlag } from "./protocol.ts";
import type { Server } from "./pump.ts";
import { ReplyBuffer } from "./reply.ts";
import type { Request } from "./request.ts";
import type { Tree } from "./tree.ts";
import { xattrsOf } from "./xattrs.ts";

/** What is mounted. */
export interface Mountables {
  readonly tree: Tree;
  readonly archives: Archives;
  readonly contents: Contents;
  /** Go by numbers, not by names, in ACLs. */
  readonly numericIds: boolean;
}

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
  readonly #tree: Tree;
  #canSkipOpening = false;
  #pending = 0;

  constructor(
    private readonly device: Pick<FuseDevice, "send">,
    private readonly mounted: Mountables,
    private readonly onProblem: ProblemListener,
  ) {
    this.#tree = mounted.tree;
    this.#directories = new DirectoryReply(mounted.tree);
  }

  get pending(): number {
    return this.#pending;
  }

  handle(request: Request): void {
    try {
      this.#answer(request);
    } catch (error) {
      this.#giveUp(request.ticket, error);
    }
  }

  #answer(request: Request): void {
    const { ticket, node } = request;
    switch (request.opcode) {
      case Opcode.lookup:
        return this.#inDirectory(ticket, node, this.#lookup(ticket, node, request.nameAt(0)));
      case Opcode.getAttributes:
        return this.#send(writeAttributes(this.#reply.begin(ticket), this.#tree.nodes, node));
      case Opcode.readDirectoryPlus:
      case Opcode.readDirectory:
        return this.#inDirectory(ticket, node, this.#listing(request));
      case Opcode.open:
        return this.#open(request);
      case Opcode.read:
        return this.#read(request);
      case Opcode.readLink:
        return this.#readLink(request);
      case Opcode.getXattr:
        return this.#getXattr(request);
      case Opcode.listXattr:
        return this.#listXattr(request);
      default:
        return this.#answerRare(request);
    }
  }

  #answerRare(request: Request): void {
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
    const { archives } = this.mounted;
    const ready = archives.ready(directory);
    if (ready) this.#later(ticket, ready.then(answer), () => archives.awaited(directory));
    else answer();
  }

  /** The name is copied: the request may be gone by the time the answer is known. */
  #lookup(ticket: bigint, directory: number, name: Uint8Array): () => void {
    const copy = name.slice();
    return () => {
      const node = this.#tree.nodeOf(this.#tree.find(directory, copy));
      this.#send(writeEntry(this.#reply.begin(ticket), this.#tree.nodes, node));
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
    const { contents } = this.mounted;
    if (this.#canSkipOpening && !this.#tree.nodes.anyDamaged) return this.#fail(ticket, ENOSYS);
    if (contents.isRefused(node)) return this.#later(ticket, contents.refuse(node), () => contents.pathOf(node));
    this.#send(this.#reply.begin(ticket).u64(0).u32(OpenFlag.keepCache).u32(0));
  }

  #read(request: Request): void {
    const { ticket, node } = request;
    const { contents } = this.mounted;
    const range = { offset: request.argument64(8), length: Math.min(request.argument32(16), LONGEST_REPLY) };
    const reading = contents.read(node, range, (parts) => {
      const length = parts.reduce((sum, part) => sum + part.length, 0);
      this.device.send(this.#reply.begin(ticket).finish(length), ...parts);
    });
    this.#later(ticket, reading, () => contents.pathOf(node));
  }

  #readLink({ ticket, node }: Request): void {
    const answer = (target: Uint8Array) => this.#send(this.#reply.begin(ticket).bytes(target));
    this.#later(ticket, this.mounted.contents.target(node).then(answer));
  }

  #getXattr(request: Request): void {
    const { ticket, node } = request;
    if (!this.#hasXattrs(node)) return this.#fail(ticket, NO_ATTRIBUTE);
    const name = request.textAt(8);
    const room = request.argument32(0);
    const answer = (item: Item) => {
      const value = xattrsOf(item, this.mounted.numericIds).get(name);
      if (value === undefined) this.#fail(ticket, NO_ATTRIBUTE);
      else this.#sendSized(ticket, value, room);
    };
    this.#later(ticket, this.mounted.archives.itemOf(node)!.then(answer));
  }

  #listXattr(request: Request): void {
    const { ticket, node } = request;
    const room = request.argument32(0);
    if (!this.#hasXattrs(node)) return this.#sendSized(ticket, new Uint8Array(0), room);
    const answer = (item: Item) => {
      const names = Array.from(xattrsOf(item, this.mounted.numericIds).keys(), (name) => `${name}\0`);
      this.#sendSized(ticket, encodeText(names.join("")), room);
    };
    this.#later(ticket, this.mounted.archives.itemOf(node)!.then(answer));
  }

  #hasXattrs(node: number): boolean {
    return (this.#tree.nodes.flags[node]! & NodeFlag.xattrs) !== 0;
  }

  /** An answer for whoever said how much room there is: 0 asks for the size alone. */
  #sendSized(ticket: bigint, bytes: Uint8Array, room: number): void {
    if (room === 0) this.#send(this.#reply.begin(ticket).u32(bytes.length).u32(0));
    else if (bytes.length > room) this.#fail(ticket, ERANGE);
    else this.#send(this.#reply.begin(ticket).bytes(bytes));
  }

  /** Counts an answer that takes its time, and sees to it that there is one whatever happens. */
  #later(ticket: bigint, work: Promise<void>, subject: () => string | undefined = () => undefined): void {
    this.#pending++;
    work.catch((error) => this.#giveUp(ticket, error, subject())).finally(() => this.#pending--);
  }

  #giveUp(ticket: bigint, error: unknown, subject?: string): void {
    this.#fail(ticket, EIO);
    this.onProblem(error, subject);
  }

  #send(reply: ReplyBuffer): void {
    this.device.send(reply.finish());
  }

  #fail(ticket: bigint, errno: number): void {
    this.device.send(this.#reply.failure(ticket, errno));
  }
}
