import { Buffer } from "node:buffer";
import { copyFileSync, cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Program, type Sandbox, theirs } from "../../../interop/harness.ts";
import { readPuts, type StoredObject } from "../../../interop/segments.ts";
import { appendTransaction } from "./transactions.ts";

export const MANIFEST = "0".repeat(64);

/** What an archive is made of, in hex. */
export interface ArchiveIds {
  readonly id: string;
  readonly items: readonly string[];
  /** The chunks of each of its files. */
  readonly files: ReadonlyMap<string, readonly string[]>;
}

interface ArchiveDump {
  readonly _manifest_entry: { readonly id: string };
  readonly _meta: { readonly items: readonly string[] };
  readonly _items: readonly { readonly path: string; readonly chunks?: readonly (readonly [string, ...number[]])[] }[];
}

/** A repository that can be damaged in every way. */
export class DamagedRepository {
  constructor(private readonly sandbox: Sandbox, readonly path: string) {}

  /** The same once more, at `path`. */
  copyTo(path: string): DamagedRepository {
    rmSync(path, { recursive: true, force: true });
    cpSync(this.path, path, { recursive: true });
    return new DamagedRepository(this.sandbox, path);
  }

  segments(): number[] {
    return readdirSync(join(this.path, "data", "0")).map(Number).sort((a, b) => a - b);
  }

  segment(number: number): string {
    return join(this.path, "data", "0", String(number));
  }

  /** The path of the one `index.N`, `hints.N` or `integrity.N`. */
  snapshot(kind: "index" | "hints" | "integrity"): string {
    const name = readdirSync(this.path).find((name) => name.startsWith(`${kind}.`));
    if (name === undefined) throw new Error(`no ${kind} in ${this.path}`);
    return join(this.path, name);
  }

  lose(path: string): void {
    rmSync(path);
  }

  cut(path: string, length: number): void {
    truncateSync(path, length);
  }

  write(path: string, content: string | Uint8Array): void {
    writeFileSync(path, content);
  }

  /** Inverts bytes of a file. */
  flip(path: string, offset: number, length = 1): void {
    const content = readFileSync(path);
    for (let i = offset; i < offset + length; i++) content[i]! ^= 0xff;
    writeFileSync(path, content);
  }

  restore(path: string, from: string): void {
    copyFileSync(from, path);
  }

  /** Where an object lies now. */
  find(id: string): StoredObject {
    const found = readPuts(this.path).findLast((object) => object.id === id);
    if (found === undefined) throw new Error(`no object ${id}`);
    return found;
  }

  /** Takes an object out of the repository, as if it had never been stored. */
  deleteObject(id: string): void {
    this.#debug("delete-obj", id);
  }

  /** The same without BorgBackup: in a transaction that index and hints do not know. */
  strike(...ids: readonly string[]): void {
    appendTransaction(this.path, ids.map((id) => ({ id })));
  }

  /** Puts the object with the last byte changed in its place, likewise. */
  spoil(...ids: readonly string[]): void {
    const changes = ids.map((id) => {
      const data = Buffer.from(this.find(id).data);
      data[data.length - 1]! ^= 0xff;
      return { id, data };
    });
    appendTransaction(this.path, changes);
  }

  /** Puts something else in the place of an object. */
  replaceObject(id: string, content: Uint8Array): void {
    const file = this.sandbox.path("object");
    writeFileSync(file, content);
    this.#debug("put-obj", id, file);
  }

  /** The object as stored. */
  readObject(id: string): Buffer {
    const file = this.sandbox.path("object");
    this.#debug("get-obj", id, file);
    return readFileSync(file);
  }

  /** Puts the object with the last byte changed in the place of the object: every key notices that, and no checksum. */
  tamperWith(id: string): void {
    const content = this.readObject(id);
    content[content.length - 1]! ^= 0xff;
    this.replaceObject(id, content);
  }

  ids(archive: string): ArchiveIds {
    const text = this.sandbox.succeed(theirs, ["debug", "dump-archive", `${this.path}::${archive}`, "-"]);
    const { _manifest_entry, _meta, _items } = JSON.parse(text) as ArchiveDump;
    const files = _items.map(({ path, chunks = [] }) => [path, chunks.map(([id]) => hex(id))] as const);
    return { id: hex(_manifest_entry.id), items: _meta.items.map(hex), files: new Map(files) };
  }

  #debug(command: string, ...args: string[]): void {
    this.sandbox.succeed(theirs, ["debug", command, this.path, ...args]);
  }
}

/** Ids are dumped behind a DEL character. */
function hex(dumped: string): string {
  return dumped.replace(/^\u007f/, "");
}

/** A repository of two archives in several segments, of whose items the second one's fill several chunks. */
export function createPatient(sandbox: Sandbox, program: Program, mode: string): DamagedRepository {
  const tree = sandbox.folder("tree", "folder");
  const path = sandbox.path(`${program.name}-${mode}`);
  sandbox.succeed(program, ["init", "-e", mode, path]);
  const config = join(path, "config");
  writeFileSync(config, readFileSync(config, "utf8").replace(/max_segment_size = \d+/, "max_segment_size = 100000"));
  writeFileSync(join(tree, "large"), noise(400_000));
  for (let i = 0; i < 100; i++) writeFileSync(join(tree, `small${i}`), `small file ${i}\n`);
  archive("one");
  for (let i = 0; i < 5000; i++) writeFileSync(join(tree, `name${i}`), "");
  writeFileSync(join(tree, "second"), noise(50_000, 7));
  archive("two");
  return new DamagedRepository(sandbox, path);

  function archive(name: string): void {
    const params = ["--chunker-params", "buzhash,12,16,14,4095", "-C", "none"];
    sandbox.succeed(program, ["create", ...params, `${path}::${name}`, "tree"]);
  }
}

/** Bytes in which no chunker finds anything that repeats. */
export function noise(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0, state = seed; i < length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[i] = state >>> 16;
  }
  return bytes;
}
