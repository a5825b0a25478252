import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decodeArchive, encodeArchive } from "../../src/archive/archive.ts";
import { concat } from "../../src/encoding/bytes.ts";
import { Ini } from "../../src/encoding/ini.ts";
import { type Encodable, Packer, Reader } from "../../src/encoding/msgpack.ts";
import { formatKeyBlob, parseKeyBlob } from "../../src/crypto/key_blob.ts";
import { formatKeyFile, parseKeyFile } from "../../src/crypto/key_file.ts";
import { emptyMaterial } from "../../src/crypto/secrets.ts";
import { modeNamed } from "../../src/crypto/modes.ts";
import { DELETE, HEAD_LENGTH, PUT, SEGMENT_MAGIC, writeHead } from "../../src/repository/local/entry.ts";
import { readEntries } from "../../src/repository/local/entry_reader.ts";
import { decodeHints, encodeHints } from "../../src/repository/local/hints.ts";
import { Usage } from "../../src/repository/local/usage.ts";
import { readRequest, writeNamedRequest, writePositionalRequest } from "../../src/repository/remote/protocol.ts";
import { MemoryFiles } from "../repository/memory_files.ts";

const id = fc.uint8Array({ minLength: 32, maxLength: 32 });
const word = fc.stringMatching(/^[a-z_]{1,20}$/);
const RUNS = { numRuns: 200 };

describe("decoding and encoding again is identity for", () => {
  it("segments", () => {
    const entry = fc.record({ id, data: fc.option(fc.uint8Array({ maxLength: 300 }), { nil: undefined }) });
    const identity = fc.property(fc.array(entry, { maxLength: 8 }), (entries) => {
      const segment = concat(SEGMENT_MAGIC, ...entries.map(({ id, data }) => encodeEntry(id, data)));
      const again = entriesOf(segment).map(({ tag, id, data }) => encodeEntry(id, tag === PUT ? data : undefined));
      assert.deepEqual(concat(SEGMENT_MAGIC, ...again), segment);
    });
    fc.assert(identity, RUNS);
  });

  it("hints", () => {
    const numbers = fc.dictionary(fc.nat({ max: 1000 }).map(String), fc.nat({ max: 2 ** 31 }), { maxKeys: 8 });
    const identity = fc.property(numbers, numbers, fc.nat(), (segments, sparse, quota) => {
      const usage = new Usage();
      for (const [segment, count] of Object.entries(segments)) usage.segments.set(Number(segment), count);
      for (const [segment, size] of Object.entries(sparse)) usage.compact.set(Number(segment), size);
      usage.quotaUse = quota;
      const bytes = encodeHints(usage);
      assert.deepEqual(encodeHints(decodeHints(bytes).usage), bytes);
    });
    fc.assert(identity, RUNS);
  });

  it("metadata of archives", () => {
    const material = emptyMaterial(modeNamed("none"));
    const metadata = fc.record({
      name: word,
      items: fc.array(id, { maxLength: 5 }),
      cmdline: fc.array(word, { maxLength: 4 }),
      hostname: word,
      username: word,
      comment: word,
      time: fc.constant("2024-01-01T00:00:00.000000"),
      timeEnd: fc.constant("2024-01-01T00:00:01.000000"),
    });
    const identity = fc.property(metadata, (metadata) => {
      const salt = new Uint8Array(64);
      const bytes = encodeArchive(material, metadata, salt);
      assert.deepEqual(encodeArchive(material, decodeArchive(bytes), salt), bytes);
    });
    fc.assert(identity, RUNS);
  });

  it("key files", () => {
    const identity = fc.property(id, fc.uint8Array({ minLength: 20, maxLength: 400 }), (id, blob) => {
      const text = formatKeyFile(id, blob);
      assert.equal(formatKeyFile(id, parseKeyFile(text, id, { repository: "r", path: "p" })), text);
      assert.equal(formatKeyBlob(parseKeyBlob(formatKeyBlob(blob))), formatKeyBlob(blob));
    });
    fc.assert(identity, RUNS);
  });

  it("configurations", () => {
    const identity = fc.property(fc.dictionary(word, fc.array(word, { minLength: 1, maxLength: 3 })), (options) => {
      const ini = new Ini();
      for (const [name, lines] of Object.entries(options)) ini.set("section", name, lines.join("\n"));
      assert.equal(Ini.parse(ini.format()).format(), ini.format());
    });
    fc.assert(identity, RUNS);
  });

  it("requests", () => {
    const value = fc.oneof<fc.Arbitrary<Encodable>[]>(fc.nat(), fc.boolean(), fc.constant(null), id, fc.array(id));
    const identity = fc.property(fc.nat(), word, fc.dictionary(word, value), (number, method, args) => {
      const [named, positional] = [new Packer(), new Packer()];
      writeNamedRequest(named, { id: number, method, args: Object.entries(args) });
      writePositionalRequest(positional, { id: number, method, args: Object.values(args) });
      for (const bytes of [named.take(), positional.take()]) assert.deepEqual(encodeRequest(bytes), bytes);
    });
    fc.assert(identity, RUNS);
  });
});

function encodeEntry(id: Uint8Array, data: Uint8Array | undefined): Uint8Array {
  const entry = new Uint8Array(HEAD_LENGTH + (data?.length ?? 0));
  entry.set(data ?? [], HEAD_LENGTH);
  writeHead(entry, 0, data === undefined ? DELETE : PUT, id, data);
  return entry;
}

function entriesOf(segment: Uint8Array) {
  const files = new MemoryFiles();
  const handle = files.open("/segment", "create");
  files.write(handle, [segment], 0);
  return Array.from(
    readEntries(files, handle, 0),
    ({ tag, id, data }) => ({ tag, id: id.slice(), data: data.slice() }),
  );
}

function encodeRequest(bytes: Uint8Array): Uint8Array {
  const request = readRequest(new Reader(bytes));
  const packer = new Packer();
  const { id, method } = request;
  if (request.layout === "named") {
    writeNamedRequest(packer, { id, method, args: request.args as Map<string, Encodable> });
  } else writePositionalRequest(packer, { id, method, args: request.args as Encodable[] });
  return packer.take();
}
