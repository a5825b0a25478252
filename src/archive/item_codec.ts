import { decode, encode, MsgpackError, Packer, type Reader, sortedMap, type Value } from "../encoding/msgpack.ts";
import { type ChunkEntry, type Item, ITEM_KEYS, type ItemKey } from "./item.ts";

/** The messages of the keys. */
const KEYS = Object.fromEntries(ITEM_KEYS.map((key) => [key, encode(key)])) as Record<ItemKey, Uint8Array>;

/** Writes the item as one message, keys in ascending order (format reference 4.5). */
export function packItem(packer: Packer, item: Item): void {
  if (item.extra !== undefined) return packForeign(packer, item);
  packer.mapHeader(7 + countOptional(item));
  packFirst(packer, item);
  packMiddle(packer, item);
  packLast(packer, item);
}

/**
 * Reads the next message as an item. Keys that are not known go to `extra`; of those that every item of today has, only
 * `path` and `mtime` are demanded. Binary fields and chunk ids are views into the reader's input. Throws MsgpackError.
 */
export function readItem(reader: Reader): Item {
  const item: Item = { path: "", mode: 0, uid: 0, gid: 0, user: null, group: null, mtime: NO_TIME };
  for (let left = reader.readMapHeader(); left > 0; left--) readField(reader, item, reader.readKey());
  if (item.path === "" || item.mtime === NO_TIME) throw new MsgpackError("an item without path or mtime");
  return item;
}

/** Stands for a time that was not read: no stored value comes near it. */
const NO_TIME = -(1n << 4096n);

function readField(reader: Reader, item: Item, key: string): void {
  switch (key) {
    case "path":
      item.path = reader.readText();
      break;
    case "mode":
      item.mode = reader.readNumber();
      break;
    case "uid":
      item.uid = reader.readNumber();
      break;
    case "gid":
      item.gid = reader.readNumber();
      break;
    case "user":
      item.user = readName(reader);
      break;
    case "group":
      item.group = readName(reader);
      break;
    case "mtime":
      item.mtime = reader.readBigInt();
      break;
    case "ctime":
      item.ctime = reader.readBigInt();
      break;
    case "atime":
      item.atime = reader.readBigInt();
      break;
    case "birthtime":
      item.birthtime = reader.readBigInt();
      break;
    case "chunks":
      item.chunks = readChunks(reader);
      break;
    case "chunks_healthy":
      item.chunksHealthy = readChunks(reader);
      break;
    case "size":
      item.size = reader.readNumber();
      break;
    case "hardlink_master":
      item.hardlinkMaster = reader.readBoolean();
      break;
    default:
      readRareField(reader, item, key);
  }
}

function readRareField(reader: Reader, item: Item, key: string): void {
  switch (key) {
    case "source":
      item.source = reader.readText();
      break;
    case "rdev":
      item.rdev = reader.readBigInt();
      break;
    case "xattrs":
      item.xattrs = readXattrs(reader);
      break;
    case "bsdflags":
      item.bsdflags = reader.readNumber();
      break;
    case "acl_access":
      item.aclAccess = reader.readRaw();
      break;
    case "acl_default":
      item.aclDefault = reader.readRaw();
      break;
    case "acl_nfs4":
      item.aclNfs4 = reader.readRaw();
      break;
    case "acl_extended":
      item.aclExtended = reader.readRaw();
      break;
    case "part":
      item.part = reader.readNumber();
      break;
    default:
      (item.extra ??= new Map()).set(key, reader.readValue());
  }
}

function readName(reader: Reader): string | null {
  return reader.skipNil() ? null : reader.readKey();
}

function readChunks(reader: Reader): ChunkEntry[] {
  const chunks: ChunkEntry[] = [];
  for (let left = reader.readArrayHeader(); left > 0; left--) chunks.push(readChunk(reader));
  return chunks;
}

function readChunk(reader: Reader): ChunkEntry {
  if (reader.readArrayHeader() !== 3) throw new MsgpackError("a chunk list entry without three parts");
  const id = reader.readRaw();
  if (id.length !== 32) throw new MsgpackError(`a chunk id of ${id.length} bytes`);
  return { id, size: readLength(reader), csize: readLength(reader) };
}

/** No index has room for more than 32 bits of it. */
function readLength(reader: Reader): number {
  const length = reader.readNumber();
  if (length < 0 || length > 0xffffffff) throw new MsgpackError(`a chunk of ${length} bytes`);
  return length;
}

function readXattrs(reader: Reader): Map<string, Uint8Array> {
  const xattrs = new Map<string, Uint8Array>();
  for (let left = reader.readMapHeader(); left > 0; left--) {
    const name = reader.readText();
    xattrs.set(name, reader.skipNil() ? new Uint8Array(0) : reader.readRaw());
  }
  return xattrs;
}

function countOptional(item: Item): number {
  let count = 0;
  if (item.aclAccess !== undefined) count++;
  if (item.aclDefault !== undefined) count++;
  if (item.aclExtended !== undefined) count++;
  if (item.aclNfs4 !== undefined) count++;
  if (item.atime !== undefined) count++;
  if (item.birthtime !== undefined) count++;
  if (item.bsdflags !== undefined) count++;
  if (item.chunks !== undefined) count++;
  if (item.chunksHealthy !== undefined) count++;
  if (item.ctime !== undefined) count++;
  if (item.hardlinkMaster !== undefined) count++;
  if (item.part !== undefined) count++;
  if (item.rdev !== undefined) count++;
  if (item.size !== undefined) count++;
  if (item.source !== undefined) count++;
  if (item.xattrs !== undefined) count++;
  return count;
}

/** The keys from `acl_access` to `ctime`. */
function packFirst(packer: Packer, item: Item): void {
  packRaw(packer, KEYS.acl_access, item.aclAccess);
  packRaw(packer, KEYS.acl_default, item.aclDefault);
  packRaw(packer, KEYS.acl_extended, item.aclExtended);
  packRaw(packer, KEYS.acl_nfs4, item.aclNfs4);
  packTime(packer, KEYS.atime, item.atime);
  packTime(packer, KEYS.birthtime, item.birthtime);
  packInt(packer, KEYS.bsdflags, item.bsdflags);
  packChunks(packer, KEYS.chunks, item.chunks);
  packChunks(packer, KEYS.chunks_healthy, item.chunksHealthy);
  packTime(packer, KEYS.ctime, item.ctime);
}

/** The keys from `gid` to `path`. */
function packMiddle(packer: Packer, item: Item): void {
  packInt(packer, KEYS.gid, item.gid);
  packName(packer, KEYS.group, item.group);
  if (item.hardlinkMaster !== undefined) {
    packer.message(KEYS.hardlink_master);
    packer.bool(item.hardlinkMaster);
  }
  packInt(packer, KEYS.mode, item.mode);
  packTime(packer, KEYS.mtime, item.mtime);
  packInt(packer, KEYS.part, item.part);
  packer.message(KEYS.path);
  packer.text(item.path);
}

/** The keys from `rdev` to `xattrs`. */
function packLast(packer: Packer, item: Item): void {
  packInt(packer, KEYS.rdev, item.rdev);
  packInt(packer, KEYS.size, item.size);
  if (item.source !== undefined) {
    packer.message(KEYS.source);
    packer.text(item.source);
  }
  packInt(packer, KEYS.uid, item.uid);
  packName(packer, KEYS.user, item.user);
  if (item.xattrs !== undefined) packXattrs(packer, item.xattrs);
}

function packRaw(packer: Packer, key: Uint8Array, bytes: Uint8Array | undefined): void {
  if (bytes === undefined) return;
  packer.message(key);
  packer.raw(bytes);
}

function packInt(packer: Packer, key: Uint8Array, value: number | bigint | undefined): void {
  if (value === undefined) return;
  packer.message(key);
  packer.int(value);
}

function packName(packer: Packer, key: Uint8Array, name: string | null): void {
  packer.message(key);
  if (name === null) packer.nil();
  else packer.text(name);
}

/** An integer, or beyond 63 bits the raw form of format reference 1.3. */
function packTime(packer: Packer, key: Uint8Array, nanos: bigint | undefined): void {
  if (nanos === undefined) return;
  packer.message(key);
  if (Math.abs(Number(nanos)) < 2 ** 62 || BigInt.asIntN(64, nanos) === nanos) packer.int(nanos);
  else packer.raw(signedLittleEndian(nanos));
}

function signedLittleEndian(value: bigint): Uint8Array {
  const bits = (value < 0n ? -value : value).toString(2).length;
  const bytes = new Uint8Array(Math.floor((bits + 9) / 8));
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number((value >> BigInt(8 * i)) & 0xffn);
  return bytes;
}

function packChunks(packer: Packer, key: Uint8Array, chunks: readonly ChunkEntry[] | undefined): void {
  if (chunks === undefined) return;
  packer.message(key);
  packer.arrayHeader(chunks.length);
  for (const chunk of chunks) {
    packer.arrayHeader(3);
    packer.raw(chunk.id);
    packer.int(chunk.size);
    packer.int(chunk.csize);
  }
}

function packXattrs(packer: Packer, xattrs: ReadonlyMap<string, Uint8Array>): void {
  packer.message(KEYS.xattrs);
  packer.value(sortedMap(Array.from(xattrs, ([name, value]) => [name, value.length === 0 ? null : value] as const)));
}

/** An item with foreign keys: packed without them, taken apart, sorted together with them. */
function packForeign(packer: Packer, { extra, ...item }: Item): void {
  const own = new Packer();
  packItem(own, item);
  packer.value(sortedMap([...(decode(own.take()) as Map<string, Value>), ...extra!]));
}
