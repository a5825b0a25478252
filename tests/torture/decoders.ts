import { encodeArchive, openArchive } from "../../src/archive/archive.ts";
import { chunkListStream } from "../../src/archive/chunk_lists.ts";
import { Manifest } from "../../src/archive/manifest.ts";
import { Objects } from "../../src/archive/objects.ts";
import { ItemSalvage } from "../../src/archive/salvage.ts";
import { TarReader } from "../../src/archive/tar/read.ts";
import { encodeEnd, MemberEncoder } from "../../src/archive/tar/write.ts";
import { CacheConfig } from "../../src/cache/cache_config.ts";
import { FilesCache } from "../../src/cache/files_cache.ts";
import { DEFAULT_FILES_CACHE_MODE } from "../../src/cache/files_cache_mode.ts";
import { compress } from "../../src/compression/compress.ts";
import { decompress } from "../../src/compression/decompress.ts";
import { open, seal } from "../../src/crypto/envelope.ts";
import { decodeKeyBlob, encodeKeyBlob } from "../../src/crypto/key_blob.ts";
import { formatKeyFile, parseKeyFile } from "../../src/crypto/key_file.ts";
import { formatPaperKey, parsePaperId, parsePaperLine } from "../../src/crypto/paper.ts";
import { concat } from "../../src/encoding/bytes.ts";
import { HashIndex, HashIndexError } from "../../src/encoding/hash_index.ts";
import { decodeCompact, decodeIndex, encodeCompact, encodeIndex } from "../../src/encoding/hash_index_file.ts";
import { Ini, IniError } from "../../src/encoding/ini.ts";
import { decode, encode, MsgpackError, Packer, Reader } from "../../src/encoding/msgpack.ts";
import { decodeText, encodeText } from "../../src/encoding/path.ts";
import { BorgError } from "../../src/errors.ts";
import { KeyBlobError } from "../../src/crypto/key_blob.ts";
import { DecompressionError } from "../../src/compression/errors.ts";
import { readEntries } from "../../src/repository/local/entry_reader.ts";
import { decodeHints, encodeHints, HintsError } from "../../src/repository/local/hints.ts";
import { Usage } from "../../src/repository/local/usage.ts";
import { ResponseStream } from "../../src/repository/remote/response_stream.ts";
import { readRequest, writeNamedRequest } from "../../src/repository/remote/protocol.ts";
import { loadExcludeFile, loadPatternFile } from "../../src/selection/pattern_file.ts";
import { MANIFEST_ID } from "../../src/repository/repository.ts";
import { MemoryRepository } from "../archive/memory_repository.ts";
import { file, idOf, packed } from "../archive/items.ts";
import { itemsOf } from "../archive/items_of.ts";
import { vectorMaterial } from "../crypto/material.ts";
import { MemoryFiles } from "../repository/memory_files.ts";
import { SSH_DECODERS, SSH_REFUSALS } from "./ssh_decoders.ts";

/** Something that reads what others wrote. */
export interface Decoder {
  readonly name: string;
  /** What it reads gladly. */
  readonly samples: () => Promise<Uint8Array[]>;
  readonly decode: (bytes: Uint8Array) => unknown;
}

const MATERIAL = vectorMaterial("repokey");
const ID = idOf(7);
const CHUNKS = [1, 2, 3].map((i) => ({ id: idOf(i), size: i * 1000, csize: i * 500 }));
const ITEMS = packed(file("a/b", CHUNKS), file("c", [CHUNKS[0]!]), { ...file("d"), source: "a/b" });
const METADATA = { name: "n", items: [ID], cmdline: ["borg"], time: "2024-01-01T00:00:00.000000", username: "u" };

/** How each of them says that it cannot read something; nothing else may come out of it. */
export function isRefusal(error: unknown): boolean {
  const formats = [MsgpackError, HashIndexError, HintsError, IniError, KeyBlobError, DecompressionError];
  const kinds = [BorgError, ...formats, ...SSH_REFUSALS];
  return kinds.some((kind) => error instanceof kind);
}

function one(sample: Uint8Array): Decoder["samples"] {
  return () => Promise.resolve([sample]);
}

export const DECODERS: readonly Decoder[] = [
  { name: "msgpack", samples: one(encode([1, "a", null, -5, new Map([["k", [true, ID]]])])), decode },
  {
    name: "items",
    samples: one(ITEMS),
    decode: (bytes) => itemsOf([bytes.subarray(0, bytes.length >> 1), bytes.subarray(bytes.length >> 1)]),
  },
  { name: "chunk lists", samples: one(ITEMS), decode: (bytes) => chunkListStream().feed(bytes) },
  { name: "salvaged items", samples: one(ITEMS), decode: salvage },
  { name: "archive", samples: one(encodeArchive(MATERIAL, METADATA)), decode: (bytes) => openArchiveOf(bytes) },
  { name: "manifest", samples: manifestSample, decode: loadManifest },
  {
    name: "sealed object",
    samples: one(seal(MATERIAL, 5n, new Uint8Array(100))),
    decode: (bytes) => open(MATERIAL, bytes, ID),
  },
  { name: "segment", samples: one(segmentSample()), decode: readSegment },
  {
    name: "index",
    samples: one(concat(...encodeIndex(indexSample()))),
    decode: (bytes) => decodeIndex([bytes].values()),
  },
  {
    name: "compact index",
    samples: one(encodeCompact(indexSample())),
    decode: (bytes) => [...decodeCompact(bytes)],
  },
  { name: "hints", samples: one(hintsSample()), decode: decodeHints },
  {
    name: "configuration",
    samples: one(encodeText("[repository]\nversion = 1\nid = 00\nkey = a\n\tb\n")),
    decode: (bytes) => Ini.parse(decodeText(bytes)),
  },
  { name: "cache configuration", samples: one(encodeText("[cache]\nversion = 1\n")), decode: parseCacheConfig },
  { name: "files cache", samples: one(new Uint8Array(0)), decode: (bytes) => FilesCache.decode(bytes, FILES_MODE) },
  { name: "key blob", samples: one(keyBlob()), decode: decodeBlob },
  {
    name: "key file",
    samples: one(encodeText(formatKeyFile(ID, keyBlob()))),
    decode: (bytes) => parseKeyFile(decodeText(bytes), ID, { repository: "r", path: "p" }),
  },
  { name: "paper key", samples: one(encodeText(formatPaperKey(ID, keyBlob()))), decode: readPaper },
  { name: "payload", samples: payloads, decode: decompress },
  {
    name: "answers",
    samples: one(encode(new Map([["i", 1], ["r", 2]]))),
    decode: (bytes) => new ResponseStream().feed(bytes),
  },
  { name: "patterns", samples: one(encodeText("R /\n+ fm:*.c\n- re:^a\n! pp:x\nP sh\n")), decode: parsePatterns },
  { name: "tar", samples: one(tarSample()), decode: readTar },
  { name: "requests", samples: one(requestSample()), decode: (bytes) => readRequest(new Reader(bytes)) },
  ...SSH_DECODERS,
];

const FILES_MODE = DEFAULT_FILES_CACHE_MODE;

/** It refuses nothing: whatever the bytes are, it goes on behind them. */
function salvage(bytes: Uint8Array): void {
  try {
    const salvage = new ItemSalvage([]);
    salvage.feed(bytes.subarray(0, 50));
    salvage.resync();
    salvage.feed(bytes.subarray(60));
    salvage.end();
  } catch (error) {
    throw new Error(`salvage gives up: ${error}`, { cause: error });
  }
}

function openArchiveOf(bytes: Uint8Array): unknown {
  return openArchive(new Objects(new MemoryRepository(), MATERIAL), ID, bytes, { ignoreInvalid: true });
}

async function manifestSample(): Promise<Uint8Array[]> {
  const objects = new Objects(new MemoryRepository(), vectorMaterial("none"));
  const manifest = new Manifest();
  manifest.archives.set("a", { id: ID, time: METADATA.time });
  await manifest.save(objects, false);
  return [await objects.read(MANIFEST_ID)];
}

async function loadManifest(bytes: Uint8Array): Promise<unknown> {
  const objects = new Objects(new MemoryRepository(), vectorMaterial("none"));
  await objects.write(bytes, { name: "none" }, MANIFEST_ID);
  return await Manifest.load(objects, false);
}

function requestSample(): Uint8Array {
  const packer = new Packer();
  writeNamedRequest(packer, { id: 7, method: "get", args: [["id", ID]] });
  return packer.take();
}

function segmentSample(): Uint8Array {
  const commit = new Uint8Array([0x40, 0xf4, 0x3c, 0x25, 9, 0, 0, 0, 2]);
  return concat(encodeText("BORG_SEG"), commit, commit);
}

function readSegment(bytes: Uint8Array): unknown {
  const files = new MemoryFiles();
  const handle = files.open("/segment", "create");
  files.write(handle, [bytes], 0);
  return [...readEntries(files, handle, 0)];
}

function indexSample(): HashIndex {
  const index = HashIndex.create(3);
  for (let i = 0; i < 20; i++) index.set(idOf(i), i, i, i);
  return index;
}

function hintsSample(): Uint8Array {
  const usage = new Usage();
  usage.segments.set(1, 2);
  return encodeHints(usage);
}

function parseCacheConfig(bytes: Uint8Array): unknown {
  return CacheConfig.parse(decodeText(bytes), ID);
}

function keyBlob(): Uint8Array {
  const secrets = {
    encKey: new Uint8Array(32),
    macKey: new Uint8Array(32),
    idKey: new Uint8Array(32),
    chunkSeed: 1,
    repositoryId: ID,
    tamRequired: true,
  };
  return encodeKeyBlob(secrets, "p", 2);
}

/** What asks for more work than a test has time for is not tried. */
function decodeBlob(bytes: Uint8Array): unknown {
  const fields = decode(bytes);
  const iterations = fields instanceof Map ? fields.get("iterations") : 0;
  return Number(iterations) > 1000 ? undefined : decodeKeyBlob(bytes, "p");
}

function readPaper(bytes: Uint8Array): void {
  for (const [i, line] of decodeText(bytes).split("\n").entries()) {
    parsePaperId(line.replace(/^id:/, ""));
    parsePaperLine(i, line.replace(/^ *\d+:/, ""));
  }
}

function payloads(): Promise<Uint8Array[]> {
  const text = encodeText("some text, some text, some text, some more text");
  const codecs = [{ name: "none" }, { name: "lz4" }, { name: "zstd", level: 3 }, { name: "zlib", level: 6 }] as const;
  const plain = codecs.map((codec) => compress(codec, text));
  const lzma = compress({ name: "lzma", level: 0 }, text);
  return Promise.resolve([...plain, lzma, compress({ name: "obfuscate", spec: 1, inner: { name: "lz4" } }, text)]);
}

function parsePatterns(bytes: Uint8Array): void {
  loadPatternFile(decodeText(bytes));
  loadExcludeFile(decodeText(bytes));
}

function tarSample(): Uint8Array {
  const member = {
    type: "file" as const,
    name: "x".repeat(150),
    mode: 0o644,
    uid: 1,
    gid: 2,
    userName: "u",
    groupName: "g",
    mtime: 1_700_000_000_123_456_789n,
    size: 0,
    linkName: "",
    deviceMajor: 0,
    deviceMinor: 0,
  };
  const header = new MemberEncoder().encode(member as never);
  return concat(header, encodeEnd(header.length));
}

async function readTar(bytes: Uint8Array): Promise<void> {
  let at = 0;
  const reader = new TarReader((target) => {
    const piece = bytes.subarray(at, at + target.length);
    target.set(piece);
    at += piece.length;
    return piece.length;
  }, true);
  while (await reader.next()) await reader.read(new Uint8Array(100));
}
