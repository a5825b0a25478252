import { MsgpackError, Packer, Reader, type Value } from "../../encoding/msgpack.ts";
import { MAX_VALUE } from "../../encoding/hash_index.ts";
import { ID_LENGTH } from "../repository.ts";
import type { ShadowIndex } from "./shadow_index.ts";
import { Usage } from "./usage.ts";

const VERSION = 2;
const SHADOW = "shadow_index";

/** The bytes are no hints file that we know. */
export class HintsError extends Error {
  override readonly name = "HintsError";
}

export interface Hints {
  readonly usage: Usage;
  /** Sparse segments of which the file does not say how sparse they are: Borg 1.0 wrote it so. */
  readonly unmeasured: readonly number[];
}

/** The content of a hints file (format reference 2.7). */
export function encodeHints(usage: Usage): Uint8Array {
  const packer = new Packer();
  packer.mapHeader(5);
  const { segments, compact, quotaUse } = usage;
  for (const [key, value] of Object.entries({ version: VERSION, segments, compact, storage_quota_use: quotaUse })) {
    packer.text(key);
    packer.value(value);
  }
  packer.text(SHADOW);
  packShadow(packer, usage.shadow);
  return packer.take();
}

function packShadow(packer: Packer, shadow: ShadowIndex): void {
  packer.mapHeader(shadow.count);
  for (const [id, segments] of shadow) {
    packer.raw(id);
    packer.arrayHeader(segments.length);
    for (const segment of segments) packer.int(segment);
  }
}

/** Throws HintsError or MsgpackError. */
export function decodeHints(bytes: Uint8Array): Hints {
  const usage = new Usage();
  const hints = readFields(bytes, usage.shadow);
  for (const [segment, count] of asMap(hints.get("segments"))) usage.segments.set(asInteger(segment), asInteger(count));
  usage.quotaUse = asInteger(hints.get("storage_quota_use") ?? 0);
  const compact = hints.get("compact");
  if (hints.get("version") === 1) return { usage, unmeasured: asArray(compact).map(asInteger) };
  if (hints.get("version") !== VERSION) throw new HintsError("hints of an unknown version");
  for (const [segment, freeable] of asMap(compact)) usage.compact.set(asInteger(segment), asInteger(freeable));
  return { usage, unmeasured: [] };
}

/** All fields but the shadow index, which is much the largest and goes to `shadow`. */
function readFields(bytes: Uint8Array, shadow: ShadowIndex): Map<string, Value> {
  const reader = new Reader(bytes);
  const fields = new Map<string, Value>();
  if (reader.peekType() !== "map") throw new HintsError("hints that are no map");
  for (let left = reader.readMapHeader(); left > 0; left--) {
    const key = reader.readKey();
    if (key === SHADOW) readShadow(reader, shadow);
    else fields.set(key, reader.readValue());
  }
  if (reader.offset !== bytes.length) throw new MsgpackError("bytes after the hints");
  return fields;
}

function readShadow(reader: Reader, shadow: ShadowIndex): void {
  if (reader.peekType() !== "map") throw new HintsError("a shadow index that is no map");
  for (let left = reader.readMapHeader(); left > 0; left--) {
    if (reader.peekType() !== "raw") throw new HintsError("something else than an id in the shadow index");
    const id = reader.readRaw();
    if (id.length !== ID_LENGTH) throw new HintsError(`an id of ${id.length} bytes in the shadow index`);
    shadow.set(id, asArray(reader.readValue()).map(asSegment));
  }
}

function asMap(value: Value | undefined): Map<string | number, Value> {
  if (value instanceof Map) return value;
  throw new HintsError("hints without a map where one must be");
}

function asArray(value: Value | undefined): Value[] {
  if (Array.isArray(value)) return value;
  throw new HintsError("hints without a list where one must be");
}

function asInteger(value: Value | string | undefined): number {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw new HintsError("hints without an integer where one must be");
}

function asSegment(value: Value): number {
  const segment = asInteger(value);
  if (segment >= 0 && segment <= MAX_VALUE) return segment;
  throw new HintsError("hints with a segment that cannot be");
}
