import type { FileLayer, FileStatus, OpenMode } from "../../src/repository/local/files.ts";

/** An error with the name of an errno, as `node:fs` throws it. */
export class FileError extends Error {
  constructor(readonly code: string, path: string) {
    super(`${code}: ${path}`);
  }
}

interface File {
  content: Uint8Array;
  /** What is on the disk for sure. */
  synced: Uint8Array;
  links: number;
}

interface Directory {
  names: Map<string, Node>;
  /** Changes of names that are not on the disk for sure, oldest first. A rename is one change. */
  pending: NameChange[];
  /** The names that are on the disk for sure. */
  synced: Map<string, Node>;
}

type Node = File | Directory;
type NameChange = [name: string, node: Node | undefined][];

/** Decides for each thing that was not synced whether it reached the disk: a number from 0 (it did) to 1 (it did not). */
export type Chance = () => number;

/**
 * A file system in memory that knows what was synced, so that it can lose the rest. Each change of a name, and the new
 * content of each file, may or may not have reached the disk before the power went.
 */
export class MemoryFiles implements FileLayer {
  readonly #handles = new Map<number, File>();
  #nextHandle = 3;

  constructor(private readonly root: Directory = emptyDirectory()) {}

  /** The file system as it is, to go on with independently. */
  copy(): MemoryFiles {
    return new MemoryFiles(
      rebuild(this.root, { names: (directory) => directory.names, content: (file) => file.content }),
    );
  }

  /** What is found after a power cut at this moment. */
  afterPowerCut(chance: Chance): MemoryFiles {
    return new MemoryFiles(
      rebuild(this.root, {
        names: (directory) => survivingNames(directory, chance),
        content: (file) => survivingContent(file, chance),
      }),
    );
  }

  open(path: string, mode: OpenMode): number {
    const [directory, name] = this.#parent(path);
    const found = directory.names.get(name);
    if (found && isDirectory(found)) throw new FileError("EISDIR", path);
    if (found && mode === "create") throw new FileError("EEXIST", path);
    if (!found && (mode === "read" || mode === "update")) throw new FileError("ENOENT", path);
    const file = found ?? { content: new Uint8Array(0), synced: new Uint8Array(0), links: 1 };
    if (!found) change(directory, [[name, file]]);
    if (mode === "replace") file.content = new Uint8Array(0);
    this.#handles.set(this.#nextHandle, file);
    return this.#nextHandle++;
  }

  close(handle: number): void {
    if (!this.#handles.delete(handle)) throw new FileError("EBADF", String(handle));
  }

  read(handle: number, into: Uint8Array, position: number): number {
    const piece = this.#file(handle).content.subarray(position, position + into.length);
    into.set(piece);
    return piece.length;
  }

  write(handle: number, parts: readonly Uint8Array[], position: number): void {
    const file = this.#file(handle);
    let end = position;
    for (const part of parts) end += part.length;
    const content = new Uint8Array(Math.max(end, file.content.length));
    content.set(file.content);
    let at = position;
    for (const part of parts) {
      content.set(part, at);
      at += part.length;
    }
    file.content = content;
  }

  sync(handle: number): void {
    const file = this.#file(handle);
    file.synced = file.content;
  }

  empty(path: string): void {
    const handle = this.open(path, "replace");
    this.close(handle);
  }

  syncDirectory(path: string): void {
    const directory = this.#directory(path);
    directory.synced = new Map(directory.names);
    directory.pending = [];
  }

  status(path: string): FileStatus | undefined {
    const node = this.#find(path);
    if (!node) return undefined;
    return isDirectory(node)
      ? { size: 0, directory: true, links: 1 }
      : { size: node.content.length, directory: false, links: node.links };
  }

  list(path: string): string[] {
    return [...this.#directory(path).names.keys()];
  }

  makeDirectory(path: string): void {
    const [directory, name] = this.#parent(path);
    if (directory.names.has(name)) throw new FileError("EEXIST", path);
    change(directory, [[name, emptyDirectory()]]);
  }

  makeDirectories(path: string): void {
    const parts = path.split("/");
    for (let i = 2; i <= parts.length; i++) {
      const part = parts.slice(0, i).join("/");
      if (!this.#find(part)) this.makeDirectory(part);
    }
  }

  removeDirectory(path: string): void {
    if (this.#directory(path).names.size > 0) throw new FileError("ENOTEMPTY", path);
    const [directory, name] = this.#parent(path);
    change(directory, [[name, undefined]]);
  }

  removeTree(path: string): void {
    const [directory, name] = this.#parent(path);
    if (!directory.names.has(name)) throw new FileError("ENOENT", path);
    change(directory, [[name, undefined]]);
  }

  rename(from: string, to: string): void {
    const [source, oldName] = this.#parent(from);
    const [target, newName] = this.#parent(to);
    const node = source.names.get(oldName);
    const replaced = target.names.get(newName);
    if (!node) throw new FileError("ENOENT", from);
    if (replaced && isDirectory(replaced) && replaced.names.size > 0) throw new FileError("ENOTEMPTY", to);
    if (source !== target) throw new FileError("EXDEV", to);
    if (replaced && !isDirectory(replaced)) replaced.links--;
    change(target, [[oldName, undefined], [newName, node]]);
  }

  link(from: string, to: string): void {
    const file = this.#find(from);
    if (!file || isDirectory(file)) throw new FileError("ENOENT", from);
    const [directory, name] = this.#parent(to);
    if (directory.names.has(name)) throw new FileError("EEXIST", to);
    file.links++;
    change(directory, [[name, file]]);
  }

  unlink(path: string): void {
    const [directory, name] = this.#parent(path);
    const file = directory.names.get(name);
    if (!file || isDirectory(file)) throw new FileError("ENOENT", path);
    file.links--;
    change(directory, [[name, undefined]]);
  }

  freeSpace(): number {
    return 1e12;
  }

  #file(handle: number): File {
    const file = this.#handles.get(handle);
    if (!file) throw new FileError("EBADF", String(handle));
    return file;
  }

  #parent(path: string): [Directory, string] {
    const slash = path.lastIndexOf("/");
    return [this.#directory(path.slice(0, slash)), path.slice(slash + 1)];
  }

  #directory(path: string): Directory {
    const node = this.#find(path);
    if (!node) throw new FileError("ENOENT", path);
    if (!isDirectory(node)) throw new FileError("ENOTDIR", path);
    return node;
  }

  #find(path: string): Node | undefined {
    let node: Node | undefined = this.root;
    for (const name of path.split("/").filter((part) => part !== "")) {
      node = node && isDirectory(node) ? node.names.get(name) : undefined;
    }
    return node;
  }
}

/** A repeatable source of chances. */
export function chances(seed: number): Chance {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
  state = Math.imul(state ^ state >>> 13, 0xc2b2ae35) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}

function emptyDirectory(): Directory {
  return { names: new Map(), pending: [], synced: new Map() };
}

function isDirectory(node: Node): node is Directory {
  return "names" in node;
}

function change(directory: Directory, names: NameChange): void {
  directory.pending.push(names);
  apply(directory.names, names);
}

function apply(names: Map<string, Node>, changes: NameChange): void {
  for (const [name, node] of changes) {
    if (node) names.set(name, node);
    else names.delete(name);
  }
}

function survivingNames({ synced, pending }: Directory, chance: Chance): Map<string, Node> {
  const names = new Map(synced);
  for (const changes of pending) if (chance() < 0.5) apply(names, changes);
  return names;
}

/** Unsynced content is there, or not, or its length is and the rest is garbage. */
function survivingContent({ content, synced }: File, chance: Chance): Uint8Array {
  if (content === synced) return content;
  const fate = chance();
  if (fate >= 0.5) return synced;
  if (fate < 0.25) return content;
  const garbled = new Uint8Array(content.length).fill(0xa5);
  garbled.set(content.subarray(0, Math.floor(content.length * chance())));
  return garbled;
}

interface Choice {
  names(directory: Directory): Map<string, Node>;
  content(file: File): Uint8Array;
}

/** A tree in which all that was chosen is synced. A file with several names stays one file. */
function rebuild(root: Directory, choice: Choice): Directory {
  const made = new Map<Node, Node>();
  const make = (node: Node): Node => {
    const known = made.get(node);
    if (known) return known;
    const fresh = isDirectory(node) ? emptyDirectory() : makeFile(choice.content(node));
    made.set(node, fresh);
    if (isDirectory(node) && isDirectory(fresh)) {
      for (const [name, child] of choice.names(node)) fresh.names.set(name, countLink(make(child)));
      fresh.synced = new Map(fresh.names);
    }
    return fresh;
  };
  return make(root) as Directory;
}

function makeFile(content: Uint8Array): File {
  return { content, synced: content, links: 0 };
}

function countLink(node: Node): Node {
  if (!isDirectory(node)) node.links++;
  return node;
}
