import { crc32 } from "node:zlib";
import type { FileLayer } from "../../src/repository/local/files.ts";
import { readWhole } from "../../src/repository/local/files.ts";
import { writeSynced } from "../../src/repository/local/durable.ts";
import type { Chance } from "../repository/memory_files.ts";
import { PATH } from "./machine.ts";

/** Damages a repository in one place, chosen by `chance`. Gives what was done. */
export type Mutation = (files: FileLayer, chance: Chance) => string;

const HEADER = 9;
const MAGIC = 8;
const TAG_AT = 8;
const DATA_AT = 41;
const PUT = 0;
/** The type of objects in mode `none`. */
const PLAINTEXT = 2;

function ofBytes(change: (content: Uint8Array, chance: Chance) => Uint8Array): Mutation {
  return (files, chance) => {
    const path = pick(filesOf(files), chance);
    const content = readWhole(files, path);
    writeSynced(files, path, change(content, chance));
    return path;
  };
}

function ofEntries(change: (entries: Uint8Array[], chance: Chance) => void): Mutation {
  return (files, chance) => {
    const path = pick(segmentsOf(files), chance);
    const content = readWhole(files, path);
    const entries = entriesOf(content);
    change(entries, chance);
    writeSynced(files, path, [content.subarray(0, MAGIC), ...entries]);
    return path;
  };
}

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  "flip a bit": ofBytes((content, chance) => {
    if (content.length > 0) content[below(content.length, chance)]! ^= 1 << below(8, chance);
    return content;
  }),
  "flip a byte": ofBytes((content, chance) => {
    if (content.length > 0) content[below(content.length, chance)]! ^= 0xff;
    return content;
  }),
  "zero a range": ofBytes((content, chance) => {
    const [from, to] = range(content, chance);
    return content.fill(0, from, to);
  }),
  "cut": ofBytes((content, chance) => content.slice(0, below(content.length + 1, chance))),
  "remove bytes": ofBytes((content, chance) => {
    const [from, to] = range(content, chance);
    return concat(content.subarray(0, from), content.subarray(to));
  }),
  "repeat bytes": ofBytes((content, chance) => {
    const [from, to] = range(content, chance);
    return concat(content.subarray(0, to), content.subarray(from));
  }),
  "swap ranges": ofBytes((content, chance) => {
    const length = below((content.length >> 1) + 1, chance);
    return concat(content.subarray(length, 2 * length), content.subarray(0, length), content.subarray(2 * length));
  }),
  "add garbage": ofBytes((content, chance) => concat(content, new Uint8Array(1 + below(50, chance)).fill(0xa5))),
  "empty": ofBytes(() => new Uint8Array(0)),
  "lose a file": (files, chance) => {
    const path = pick(filesOf(files), chance);
    files.unlink(path);
    return path;
  },
  "swap segments": (files, chance) => {
    const [a, b] = [pick(segmentsOf(files), chance), pick(segmentsOf(files), chance)];
    const [contentA, contentB] = [readWhole(files, a), readWhole(files, b)];
    writeSynced(files, a, contentB);
    writeSynced(files, b, contentA);
    return `${a} ${b}`;
  },
  "copy a segment over another": (files, chance) => {
    const [a, b] = [pick(segmentsOf(files), chance), pick(segmentsOf(files), chance)];
    writeSynced(files, b, readWhole(files, a));
    return `${a} ${b}`;
  },
  "remove an entry": ofEntries((entries, chance) => {
    entries.splice(below(entries.length, chance), 1);
  }),
  "repeat an entry": ofEntries((entries, chance) => {
    const i = below(entries.length, chance);
    entries.splice(i, 0, entries[i] ?? new Uint8Array(0));
  }),
  "forge an object": ofEntries(forge),
  "swap entries": ofEntries((entries, chance) => {
    const [i, j] = [below(entries.length, chance), below(entries.length, chance)];
    if (entries.length > 0) [entries[i], entries[j]] = [entries[j]!, entries[i]!];
  }),
};

/** Damages what an object holds, and lets the store believe that it is right. A manifest that nothing protects stays. */
function forge(entries: Uint8Array[], chance: Chance): void {
  const objects = entries.filter((entry) => entry[TAG_AT] === PUT && !isOpenManifest(entry));
  if (objects.length === 0) return;
  const entry = objects[below(objects.length, chance)]!;
  entry[DATA_AT + below(entry.length - DATA_AT, chance)]! ^= 1 << below(8, chance);
  new DataView(entry.buffer, entry.byteOffset).setUint32(0, crc32(entry.subarray(4)), true);
}

function isOpenManifest(entry: Uint8Array): boolean {
  return entry[DATA_AT] === PLAINTEXT && entry.subarray(HEADER, DATA_AT).every((byte) => byte === 0);
}

/** Data is damaged as often as helper files are, though there is more of it. */
function filesOf(files: FileLayer): string[] {
  const helpers = files.list(PATH).filter((name) => /^(index|hints|integrity)\.|^nonce$/.test(name));
  return [...segmentsOf(files), ...helpers.map((name) => `${PATH}/${name}`)];
}

function segmentsOf(files: FileLayer): string[] {
  const folders = files.list(`${PATH}/data`).map((name) => `${PATH}/data/${name}`);
  return folders.flatMap((folder) => files.list(folder).map((name) => `${folder}/${name}`)).sort();
}

function entriesOf(content: Uint8Array): Uint8Array[] {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const entries: Uint8Array[] = [];
  for (let at = MAGIC; at + HEADER <= content.length;) {
    const size = view.getUint32(at + 4, true);
    entries.push(content.slice(at, at + size));
    at += size;
  }
  return entries;
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function below(limit: number, chance: Chance): number {
  return Math.floor(chance() * limit);
}

function pick(paths: readonly string[], chance: Chance): string {
  return paths[below(paths.length, chance)]!;
}

function range(content: Uint8Array, chance: Chance): [number, number] {
  const from = below(content.length, chance);
  return [from, Math.min(content.length, from + 1 + below(60, chance))];
}
