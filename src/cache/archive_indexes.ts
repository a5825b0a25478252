import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fsPath, isErrno, savePrivateFile } from "../crypto/private_file.ts";
import { toHex } from "../encoding/bytes.ts";
import { HashIndexError } from "../encoding/hash_index.ts";
import { decodeCompact, decodeIndex, encodeCompact, HEADER_LENGTH } from "../encoding/hash_index_file.ts";
import { digestFile, FileIntegrityError, verifyFile } from "../encoding/integrity.ts";
import { decodeText, encodeText } from "../encoding/path.ts";
import { ChunkIndex } from "./chunk_index.ts";
import type { CacheListener } from "./listener.ts";
import { readIfPresent } from "./local_files.ts";

const COMPACT = ".compact";
const DIGEST = ".integrity";
/** Where a hash index tells how many bytes its values have. */
const VALUE_LENGTH_AT = 17;

/** The chunk indexes of single archives in `chunks.archive.d`, by archive id (format reference 9.2). */
export class ArchiveIndexes {
  constructor(readonly path: string, readonly listener: CacheListener) {}

  /** Whether indexes can be kept: users put a file in the directory's place to prevent it. */
  get usable(): boolean {
    try {
      return statSync(fsPath(this.path)).isDirectory();
    } catch (error) {
      if (!isErrno(error, "ENOENT")) throw error;
      mkdirSync(fsPath(this.path), { recursive: true, mode: 0o700 });
      return true;
    }
  }

  /** Deletes the indexes of archives that are not among `ids`, and what is not an index. Tells how many there were. */
  keepOnly(ids: readonly Uint8Array[]): { readonly kept: number; readonly outdated: number } {
    const wanted = new Set(ids.map(toHex));
    const found = { kept: new Set<string>(), outdated: new Set<string>() };
    for (const name of readdirSync(fsPath(this.path))) {
      const stem = /^([0-9a-f]{64})(\.compact)?(\.integrity)?$/.exec(name)?.[1];
      const isWanted = stem !== undefined && wanted.has(stem);
      if (stem !== undefined) found[isWanted ? "kept" : "outdated"].add(stem);
      if (!isWanted) rmSync(fsPath(join(this.path, name)), { recursive: true });
    }
    return { kept: found.kept.size, outdated: found.outdated.size };
  }

  /** Deletes all indexes. */
  clear(): void {
    if (this.usable) this.keepOnly([]);
  }

  /** Whether there seems to be an index of this archive. */
  has(id: Uint8Array): boolean {
    const path = join(this.path, toHex(id));
    return existsSync(fsPath(path + COMPACT)) || existsSync(fsPath(path));
  }

  /** Adds an archive's references to `target`. Gives whether there was an index that could be used. */
  merge(id: Uint8Array, target: ChunkIndex): boolean {
    const compact = this.#read(toHex(id) + COMPACT) ?? this.#convert(id);
    if (compact === undefined) return false;
    for (const entry of decodeCompact(compact)) target.add(entry.id, entry.a, entry.b, entry.c);
    return true;
  }

  save(id: Uint8Array, index: ChunkIndex): void {
    this.#write(toHex(id) + COMPACT, encodeCompact(index.table));
  }

  /** The index of an older program, which is a whole hash table, as a compact one. */
  #convert(id: Uint8Array): Uint8Array | undefined {
    const name = toHex(id);
    const file = this.#read(name);
    if (file === undefined) return undefined;
    const compact = encodeCompact(decodeIndex([file].values()));
    this.#write(name + COMPACT, compact);
    this.#delete(name);
    return compact;
  }

  /** A file with the digest it must have. One that has not is deleted. */
  #read(name: string): Uint8Array | undefined {
    const path = join(this.path, name);
    const file = readIfPresent(path);
    if (file === undefined) return undefined;
    if (isSound(path, file)) return file;
    this.listener.log("warning", "archive_index.damaged", path);
    this.#delete(name);
    return undefined;
  }

  /** The digest comes first: an index without one is never trusted. */
  #write(name: string, file: Uint8Array): void {
    const path = join(this.path, name);
    savePrivateFile(path + DIGEST, encodeText(digestFile(path, file, HEADER_LENGTH)));
    savePrivateFile(path, file);
  }

  #delete(name: string): void {
    for (const path of [join(this.path, name), join(this.path, name + DIGEST)]) rmSync(fsPath(path), { force: true });
  }
}

function isSound(path: string, file: Uint8Array): boolean {
  const digest = readIfPresent(path + DIGEST);
  if (digest === undefined) return false;
  try {
    if (verifyFile(path, file, decodeText(digest), HEADER_LENGTH) !== undefined) return false;
    decodeCompact(file).next();
    return file[VALUE_LENGTH_AT] === 12;
  } catch (error) {
    if (error instanceof FileIntegrityError || error instanceof HashIndexError) return false;
    throw error;
  }
}
