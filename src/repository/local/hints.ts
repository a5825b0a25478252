import { decode, encode, type Value } from "../../encoding/msgpack.ts";
import { Usage } from "./usage.ts";

const VERSION = 2;

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
  return encode(
    new Map<string, Value>([
      ["version", VERSION],
      ["segments", usage.segments],
      ["compact", usage.compact],
      ["storage_quota_use", usage.quotaUse],
      ["shadow_index", usage.shadow],
    ]),
  );
}

/** Throws HintsError or MsgpackError. */
export function decodeHints(bytes: Uint8Array): Hints {
  const hints = asMap(decode(bytes));
  const usage = new Usage();
  for (const [segment, count] of asMap(hints.get("segments"))) usage.segments.set(asInteger(segment), asInteger(count));
  usage.quotaUse = asInteger(hints.get("storage_quota_use") ?? 0);
  for (const [id, segments] of asMap(hints.get("shadow_index") ?? new Map())) {
    usage.shadow.set(asText(id), asArray(segments).map(asInteger));
  }
  const compact = hints.get("compact");
  if (hints.get("version") === 1) return { usage, unmeasured: asArray(compact).map(asInteger) };
  if (hints.get("version") !== VERSION) throw new HintsError("hints of an unknown version");
  for (const [segment, freeable] of asMap(compact)) usage.compact.set(asInteger(segment), asInteger(freeable));
  return { usage, unmeasured: [] };
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

/** An id as text. A map key of bytes comes as text already. */
function asText(value: string | number): string {
  if (typeof value === "string") return value;
  throw new HintsError("hints with something else than an id in the shadow index");
}
