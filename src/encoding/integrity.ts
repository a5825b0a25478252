import { createHash } from "node:crypto";
import { basename } from "node:path";
import { Xxh64 } from "../../wasm/xxh64.ts";
import { BorgError } from "../errors.ts";

/** A file does not have the digest that was stored for it. `data[0]` is its path. */
export class FileIntegrityError extends BorgError {
  constructor(path: string, options?: ErrorOptions) {
    super("FileIntegrityError", [path], options);
  }
}

/** A hash whose state goes on after a digest was taken. */
interface RunningHash {
  update(bytes: Uint8Array): unknown;
  digestHex(): string;
}

const encoder = new TextEncoder();

/**
 * The JSON text with the digests of a file (format reference 2.8), which depend on its base name.
 *
 * @param headerLength length of the part `HashHeader` at the beginning: 18 for a hash index, 0 for all else
 */
export function digestFile(path: string, content: Uint8Array, headerLength = 0): string {
  const digest = new FileDigest(path, headerLength);
  for (const _ of digest.through([content]));
  return digest.text();
}

/**
 * Compares a file with the digests that `digestFile` gave. Returns the name of their algorithm if it is not known, so that
 * nothing was compared. Throws FileIntegrityError.
 */
export function verifyFile(path: string, content: Uint8Array, json: string, headerLength = 0): string | undefined {
  return decodeVerified(path, [content].values(), json, headerLength, () => {}).unknown;
}

/**
 * What `decode` makes of a file that comes in parts, and the name of the algorithm if nothing was compared. Throws
 * FileIntegrityError, whatever `decode` may have thrown, when the file does not have the digests in `json`. `decode` calls
 * `next` as often as it likes, but does not close the iteration.
 */
export function decodeVerified<T>(
  path: string,
  parts: IterableIterator<Uint8Array>,
  json: string,
  headerLength: number,
  decode: (parts: IterableIterator<Uint8Array>) => T,
): { value: T; unknown: string | undefined } {
  const stored = parseDigests(path, json);
  const hash = createRunningHash(stored.algorithm);
  if (hash === undefined) return { value: decode(parts), unknown: String(stored.algorithm) };
  const digest = new FileDigest(path, headerLength, hash);
  const through = digest.through(parts);
  try {
    return { value: decode(through), unknown: undefined };
  } finally {
    for (const _ of through);
    for (const [part, sum] of Object.entries(digest.sums)) {
      if (stored.digests[part] !== sum) failIntegrity(path);
    }
  }
}

function failIntegrity(path: string): never {
  throw new FileIntegrityError(path);
}

/** The digests of a file whose content passes through in parts. */
export class FileDigest {
  /** By name of the part that they cover, as far as it has come. */
  readonly sums: Record<string, string> = {};
  #length = 0;

  constructor(path: string, readonly headerLength = 0, readonly hash: RunningHash = new Xxh64()) {
    hash.update(named(basename(path), ""));
  }

  /** The parts as they are. When the last one is taken, the digests are complete. */
  *through(parts: Iterable<Uint8Array>): Generator<Uint8Array> {
    for (const part of parts) {
      this.#add(part);
      yield part;
    }
    this.#end("final", this.#length);
  }

  /** As `digestFile` gives it. */
  text(): string {
    const parts = Object.entries(this.sums).map(([part, digest]) => `"${part}": "${digest}"`);
    return `{"algorithm": "XXH64", "digests": {${parts.join(", ")}}}`;
  }

  #add(part: Uint8Array): void {
    const ofHeader = Math.max(0, this.headerLength - this.#length);
    this.hash.update(part.subarray(0, ofHeader));
    this.#length += part.length;
    if (ofHeader > 0 && part.length >= ofHeader) this.#end("HashHeader", this.headerLength);
    this.hash.update(part.subarray(ofHeader));
  }

  #end(name: string, position: number): void {
    this.hash.update(named(name, String(position)));
    this.sums[name] = this.hash.digestHex();
  }
}

/** `name` after its length in ten columns, then `rest`. */
function named(name: string, rest: string): Uint8Array {
  return encoder.encode(String(name.length).padStart(10) + name + rest);
}

function parseDigests(path: string, json: string): { algorithm: unknown; digests: Record<string, unknown> } {
  try {
    const { algorithm, digests } = JSON.parse(json);
    if (typeof digests === "object" && digests !== null) return { algorithm, digests };
  } catch (error) {
    throw new FileIntegrityError(path, { cause: error });
  }
  throw new FileIntegrityError(path);
}

function createRunningHash(algorithm: unknown): RunningHash | undefined {
  if (algorithm === "XXH64") return new Xxh64();
  if (algorithm !== "SHA512") return undefined;
  const hash = createHash("sha512");
  return { update: (bytes) => hash.update(bytes), digestHex: () => hash.copy().digest("hex") };
}
