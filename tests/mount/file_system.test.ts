import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ChunkEntry, Item } from "../../src/archive/item.ts";
import { concat } from "../../src/encoding/bytes.ts";
import { IntegrityError } from "../../src/errors.ts";
import { Archives } from "../../src/mount/archives.ts";
import type { ChunkCache } from "../../src/mount/chunk_cache.ts";
import { Contents, DamagedFile } from "../../src/mount/contents.ts";
import { FileSystem } from "../../src/mount/file_system.ts";
import { Capability, Opcode } from "../../src/mount/protocol.ts";
import { errorNumber } from "../../src/platform/errno.ts";
import { chunk, DIRECTORY, emptyTree, FILE, FOLDER, item, LINK, listTree, VIEW } from "./fixtures.ts";
import { type Argument, ReplyReader, requestOf, TICKET } from "./messages.ts";
import { memoryObjects, storeItems } from "./stored_items.ts";

const XATTRS = new Map([["user.a", Uint8Array.of(1, 2, 3)], ["user.\udcff", new Uint8Array(0)]]);
const ITEMS: readonly Item[] = [
  item("d", FOLDER),
  item("d/file", FILE, { chunks: [chunk(1, 10)], xattrs: XATTRS }),
  item("d/slow", FILE, { chunks: [chunk(2, 10)] }),
  item("d/bad", FILE, { chunks: [chunk(3, 10)] }),
  item("d/link", LINK, { source: "somewhere/\udcff" }),
];
const DAMAGED = item("d/damaged", FILE, { chunks: [chunk(1, 10)], chunksHealthy: [chunk(9, 10)] });
const READ = [0n, 0n, 4096, 0, 0n, 0, 0] as const;

/** A mounted file system without a kernel. Chunk 1 can be read, 2 when `release` is called, 3 never. */
class Mounted {
  readonly replies: ReplyReader[] = [];
  readonly problems: [unknown, string | undefined][] = [];
  readonly tree = emptyTree();
  readonly #store = memoryObjects();
  readonly archives = new Archives(this.#store.objects, this.tree, VIEW, (...problem) => this.problems.push(problem));
  release = () => {};
  /** What sending the next reply throws. */
  sendFailure: Error | undefined;
  readonly fileSystem: FileSystem;

  constructor(allowDamagedFiles = false) {
    const chunks = { use: this.#use.bind(this), prefetch() {} } as unknown as ChunkCache;
    const { tree, archives } = this;
    const contents = new Contents({ nodes: tree.nodes, archives, chunks }, { allowDamagedFiles, readAhead: 0 });
    const mountables = { tree, archives, contents, numericIds: true };
    this.fileSystem = new FileSystem(this, mountables, (...problem) => this.problems.push(problem));
  }

  static async of(items: readonly Item[], allowDamagedFiles = false): Promise<Mounted> {
    const mounted = new Mounted(allowDamagedFiles);
    await mounted.archives.readIntoRoot(await mounted.archive("a", items));
    return mounted;
  }

  async archive(name: string, items: readonly Item[]) {
    const ids = await storeItems(this.#store.objects, items, 100);
    return { name, load: () => Promise.resolve({ name, items: ids, cmdline: [], time: "" }) };
  }

  node(path: string): number {
    return listTree(this.tree).get(path) ?? assert.fail(`${path} is not there`);
  }

  send(...parts: Uint8Array[]): void {
    const failure = this.sendFailure;
    this.sendFailure = undefined;
    if (failure) throw failure;
    this.replies.push(new ReplyReader(concat(...parts)));
  }

  ask(opcode: number, node: number, ...args: readonly Argument[]): void {
    this.fileSystem.handle(requestOf(opcode, node, ...args));
  }

  /** The one reply to a request. */
  async answer(opcode: number, node: number, ...args: readonly Argument[]): Promise<ReplyReader> {
    this.ask(opcode, node, ...args);
    await this.settled();
    assert.equal(this.replies.length, 1, `${this.replies.length} replies`);
    const reply = this.replies.pop()!;
    assert.equal(reply.ticket, TICKET);
    return reply;
  }

  /** When no answer is pending any more. */
  async settled(): Promise<void> {
    while (this.fileSystem.pending > 0) await new Promise((resolve) => setTimeout(resolve, 0));
  }

  async #use({ id, size }: ChunkEntry, action: (plaintext: Uint8Array) => void): Promise<void> {
    if (id[3] === 2) await new Promise<void>((resolve) => this.release = resolve);
    if (id[3] === 3) throw new IntegrityError("not authentic");
    action(new Uint8Array(size).fill(id[3]!));
  }
}

function isError(reply: ReplyReader, name: string): void {
  assert.equal(reply.error, -errorNumber(name)!, name);
  assert.equal(reply.left, 0);
}

describe("FileSystem", () => {
  it("answers lookups, of what is not there too", async () => {
    const mounted = await Mounted.of(ITEMS);
    const found = await mounted.answer(Opcode.lookup, mounted.node("d"), "file");
    assert.deepEqual([found.error, found.u64()], [0, mounted.node("d/file")]);
    const missing = await mounted.answer(Opcode.lookup, 1, "x");
    assert.deepEqual([missing.error, missing.u64()], [0, 0]);
  });

  it("answers for attributes, links and listings", async () => {
    const mounted = await Mounted.of(ITEMS);
    const attributes = await mounted.answer(Opcode.getAttributes, mounted.node("d/file"), 0, 0, 0n);
    attributes.bytes(16);
    assert.deepEqual([attributes.u64(), attributes.u64()], [mounted.node("d/file"), 10]);
    const target = await mounted.answer(Opcode.readLink, mounted.node("d/link"));
    assert.equal(target.text(), "somewhere/\udcff");
    const listing = await mounted.answer(Opcode.readDirectory, mounted.node("d"), 0n, 0n, 4096, 0);
    assert.ok(listing.text().includes("slow"));
  });

  it("reads", async () => {
    const mounted = await Mounted.of(ITEMS);
    const node = mounted.node("d/file");
    assert.deepEqual([...(await mounted.answer(Opcode.read, node, 0n, 4n, 3, 0)).bytes()], [1, 1, 1]);
    assert.equal((await mounted.answer(Opcode.read, node, 0n, 10n, 4096, 0)).left, 0);
  });

  it("answers others while something slow is read", async () => {
    const mounted = await Mounted.of(ITEMS);
    mounted.ask(Opcode.read, mounted.node("d/slow"), ...READ);
    mounted.ask(Opcode.lookup, 1, "d");
    mounted.ask(Opcode.readDirectory, 1, 0n, 0n, 4096, 0);
    assert.equal(mounted.replies.length, 2, "at once");
    mounted.ask(Opcode.read, mounted.node("d/file"), ...READ);
    while (mounted.replies.length < 3) await new Promise((resolve) => setTimeout(resolve, 0));
    assert.equal(mounted.fileSystem.pending, 1);
    assert.equal(mounted.replies[2]!.bytes()[0], 1);
    mounted.release();
    await mounted.settled();
    assert.equal(mounted.replies[3]!.bytes()[0], 2);
  });

  it("answers with EIO, and says why, when contents are not what they must be", async () => {
    const mounted = await Mounted.of(ITEMS);
    isError(await mounted.answer(Opcode.read, mounted.node("d/bad"), ...READ), "EIO");
    const [[error, subject]] = mounted.problems as [[Error, string]];
    assert.ok(error instanceof IntegrityError);
    assert.equal(subject, "d/bad");
    assert.equal((await mounted.answer(Opcode.read, mounted.node("d/file"), ...READ)).left, 10);
  });

  it("answers with EIO when the answer cannot be sent", async () => {
    const mounted = await Mounted.of(ITEMS);
    for (const opcode of [Opcode.getAttributes, Opcode.readLink]) {
      mounted.sendFailure = new Error("EINVAL");
      isError(await mounted.answer(opcode, mounted.node("d/link"), 0, 0, 0n), "EIO");
    }
    assert.equal(mounted.problems.length, 2);
  });

  it("hands out extended attributes, their sizes and their names", async () => {
    const mounted = await Mounted.of(ITEMS);
    const node = mounted.node("d/file");
    const value = (name: string, room: number) => mounted.answer(Opcode.getXattr, node, room, 0, name);
    assert.equal((await value("user.a", 0)).u32(), 3);
    assert.deepEqual([...(await value("user.a", 3)).bytes()], [1, 2, 3]);
    isError(await value("user.a", 2), "ERANGE");
    isError(await value("user.b", 0), "ENODATA");
    const names = (room: number) => mounted.answer(Opcode.listXattr, node, room, 0);
    assert.equal((await names(0)).u32(), 14);
    assert.equal((await names(100)).text(), "user.a\0user.\udcff\0");
    isError(await names(13), "ERANGE");
  });

  it("hands out none where there are none", async () => {
    const mounted = await Mounted.of(ITEMS);
    isError(await mounted.answer(Opcode.getXattr, mounted.node("d"), 0, 0, "security.selinux"), "ENODATA");
    assert.equal((await mounted.answer(Opcode.listXattr, mounted.node("d"), 0, 0)).u32(), 0);
    assert.equal((await mounted.answer(Opcode.listXattr, mounted.node("d"), 10, 0)).left, 0);
  });

  it("spares the kernel that can do without the opening of files, unless it knows of damage", async () => {
    const sound = await Mounted.of(ITEMS);
    const greeting = [7, 31, 131072, Capability.noOpen] as const;
    assert.equal((await sound.answer(Opcode.open, sound.node("d/file"), 0, 0)).error, 0, "it has not said that it can");
    await sound.answer(Opcode.init, 0, ...greeting);
    isError(await sound.answer(Opcode.open, sound.node("d/file"), 0, 0), "ENOSYS");
    const damaged = await Mounted.of([...ITEMS, DAMAGED]);
    await damaged.answer(Opcode.init, 0, ...greeting);
    assert.equal((await damaged.answer(Opcode.open, damaged.node("d/file"), 0, 0)).error, 0);
  });

  it("refuses to open and to read damaged files unless they are allowed", async () => {
    const mounted = await Mounted.of([...ITEMS, DAMAGED]);
    const node = mounted.node("d/damaged");
    isError(await mounted.answer(Opcode.open, node, 0, 0), "EIO");
    isError(await mounted.answer(Opcode.read, node, ...READ), "EIO");
    assert.ok(mounted.problems.every(([error, path]) => error instanceof DamagedFile && path === "d/damaged"));
    const allowed = await Mounted.of([...ITEMS, DAMAGED], true);
    assert.equal((await allowed.answer(Opcode.open, node, 0, 0)).error, 0);
    assert.equal((await allowed.answer(Opcode.read, node, ...READ)).left, 10);
  });

  it("reads an archive before it says what is in it, and answers elsewhere meanwhile", async () => {
    const mounted = await Mounted.of(ITEMS);
    mounted.archives.announce(await mounted.archive("later", [item("f")]), DIRECTORY);
    const node = mounted.node("later");
    mounted.ask(Opcode.lookup, node, "f");
    mounted.ask(Opcode.readDirectory, node, 0n, 0n, 4096, 0);
    mounted.ask(Opcode.lookup, 1, "d");
    assert.equal(mounted.replies.length, 1);
    await mounted.settled();
    const [, lookup, listing] = mounted.replies as [ReplyReader, ReplyReader, ReplyReader];
    assert.equal(lookup.u64(), mounted.node("later/f"));
    assert.ok(listing.text().includes("f"));
  });

  it("answers with EIO for an archive that cannot be read, and names it", async () => {
    const mounted = await Mounted.of(ITEMS);
    mounted.archives.announce({ name: "forged", load: () => Promise.reject(new IntegrityError("forged")) }, DIRECTORY);
    for (let i = 0; i < 2; i++) isError(await mounted.answer(Opcode.lookup, mounted.node("forged"), "f"), "EIO");
    assert.deepEqual(mounted.problems.map(([, subject]) => subject), ["forged", "forged"]);
    assert.equal((await mounted.answer(Opcode.lookup, 1, "d")).error, 0);
  });

  it("answers what it does not do with ENOSYS, and what wants no answer with none", async () => {
    const mounted = await Mounted.of(ITEMS);
    const [WRITE, STATX] = [16, 52];
    for (const opcode of [WRITE, STATX]) isError(await mounted.answer(opcode, 1), "ENOSYS");
    for (const opcode of [Opcode.forget, Opcode.batchForget, Opcode.interrupt]) mounted.ask(opcode, 1, 0n);
    await mounted.settled();
    assert.equal(mounted.replies.length, 0);
    for (const opcode of [Opcode.release, Opcode.releaseDirectory]) {
      const reply = await mounted.answer(opcode, 1, 0n, 0n);
      assert.deepEqual([reply.error, reply.left], [0, 0]);
    }
  });

  it("says of itself that it holds nothing and takes names of 255 bytes", async () => {
    const reply = await (await Mounted.of(ITEMS)).answer(Opcode.statFs, 1);
    assert.deepEqual([reply.u64(), reply.u64(), reply.u64(), reply.u64(), reply.u64()], [0, 0, 0, 0, 0]);
    assert.deepEqual([reply.u32(), reply.u32(), reply.u32(), reply.left], [512, 255, 512, 28]);
  });
});
