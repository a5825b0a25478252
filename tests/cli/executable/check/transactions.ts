import { Buffer } from "node:buffer";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";

/** An object to store, or to delete when there is no `data`. */
export interface Change {
  readonly id: string;
  readonly data?: Uint8Array;
}

const MAGIC = Buffer.from("BORG_SEG");
const COMMIT = Buffer.from("40f43c250900000002", "hex");

/** Appends a committed transaction to a repository, whose index knows nothing of it (format reference 2.3). */
export function appendTransaction(repository: string, changes: readonly Change[]): void {
  const folder = join(repository, "data", "0");
  const next = Math.max(...readdirSync(folder).map(Number)) + 1;
  writeFileSync(join(folder, String(next)), Buffer.concat([MAGIC, ...changes.flatMap(entriesOf)]));
  writeFileSync(join(folder, String(next + 1)), Buffer.concat([MAGIC, COMMIT]));
}

function entriesOf({ id, data }: Change): Buffer[] {
  const deletion = entry(1, id);
  return data === undefined ? [deletion] : [deletion, entry(0, id, data)];
}

function entry(tag: number, id: string, data: Uint8Array = new Uint8Array(0)): Buffer {
  const result = Buffer.concat([Buffer.alloc(9), Buffer.from(id, "hex"), data]);
  result.writeUInt32LE(result.length, 4);
  result[8] = tag;
  result.writeUInt32LE(crc32(result.subarray(4)), 0);
  return result;
}
