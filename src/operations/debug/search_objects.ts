import { Buffer } from "node:buffer";
import type { Objects } from "../../archive/objects.ts";
import { idsInLogOrder } from "./log_order.ts";

/** How much is shown before and behind what was found. */
const CONTEXT = 32;
/** After so many objects a sign of life is given. */
const SIGN_INTERVAL = 10000;

/** Where something was found. */
export interface Find {
  /** The object in the order of the log, from 0. */
  readonly number: number;
  readonly id: Uint8Array;
  /** How often it is in there; undefined when it begins in the object before this one. */
  readonly count: number | undefined;
  readonly idBefore: Uint8Array;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

export type SearchEvent = Find | { readonly searched: number };

/**
 * Looks for bytes in all objects, and where one object ends and the next one begins, in the order of the log. An object is
 * found once, with what is around the first place.
 */
export async function* searchObjects(objects: Objects, wanted: Uint8Array): AsyncGenerator<SearchEvent> {
  let previous: { id: Uint8Array; data: Buffer } = { id: new Uint8Array(0), data: Buffer.alloc(0) };
  let number = 0;
  for await (const id of idsInLogOrder(objects.repository)) {
    const data = bufferOf(await objects.read(id));
    const ids = { number, id, idBefore: previous.id };
    const seam = aroundSeam(previous.data, data, wanted);
    if (seam) yield { ...ids, count: undefined, ...seam };
    if (data.indexOf(wanted) >= 0) yield { ...ids, count: countOf(data, wanted), ...around(data, wanted) };
    previous = { id, data };
    if (++number % SIGN_INTERVAL === 0) yield { searched: number };
  }
}

/** What begins in one object and ends in the next one. */
function aroundSeam(first: Buffer, second: Buffer, wanted: Uint8Array): Around | undefined {
  const reach = wanted.length - 1;
  const seam = Buffer.concat([lastOf(first, reach), second.subarray(0, reach)]);
  if (seam.indexOf(wanted) < 0) return undefined;
  return around(Buffer.concat([lastOf(first, reach + CONTEXT), second.subarray(0, reach + CONTEXT)]), wanted);
}

type Around = Pick<Find, "before" | "after">;

function around(data: Buffer, wanted: Uint8Array): Around {
  const start = data.indexOf(wanted);
  const end = start + wanted.length;
  return { before: data.subarray(contextStart(data, start), start), after: data.subarray(end, end + CONTEXT) };
}

/** Where there is less than the context in front, BorgBackup counts on from the end, and often shows nothing. */
function contextStart(data: Buffer, start: number): number {
  if (start >= CONTEXT) return start - CONTEXT;
  return Math.min(start, Math.max(0, data.length + start - CONTEXT));
}

function countOf(data: Buffer, wanted: Uint8Array): number {
  let count = 0;
  for (let at = data.indexOf(wanted); at >= 0; at = data.indexOf(wanted, at + wanted.length)) count++;
  return count;
}

function lastOf(data: Buffer, length: number): Buffer {
  return data.subarray(Math.max(0, data.length - length));
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
