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
  return format(digestParts(new Xxh64(), path, content, headerLength));
}

function format(digests: Record<string, string>): string {
  const parts = Object.entries(digests).map(([part, digest]) => `"${part}": "${digest}"`);
  return `{"algorithm": "XXH64", "digests": {${parts.join(", ")}}}`;
}

/** The same for a file without a header, from its pieces, one after the other. */
export class PiecewiseDigest {
  readonly #hash = new Xxh64();
  #length = 0;

  constructor(path: string) {
    this.#hash.update(named(basename(path), ""));
  }

  update(piece: Uint8Array): void {
    this.#hash.update(piece);
    this.#length += piece.length;
  }

  /** The JSON text; nothing can follow. */
  end(): string {
    this.#hash.update(named("final", String(this.#length)));
    return format({ final: this.#hash.digestHex() });
  }
}

/**
 * Compares a file with the digests that `digestFile` gave. Returns the name of their algorithm if it is not known, so that
 * nothing was compared. Throws FileIntegrityError.
 */
export function verifyFile(path: string, content: Uint8Array, json: string, headerLength = 0): string | undefined {
  const stored = parseDigests(path, json);
  const hash = createRunningHash(stored.algorithm);
  if (hash === undefined) return String(stored.algorithm);
  for (const [part, digest] of Object.entries(digestParts(hash, path, content, headerLength))) {
    if (stored.digests[part] !== digest) throw new FileIntegrityError(path);
  }
  return undefined;
}

function digestParts(
  hash: RunningHash,
  path: string,
  content: Uint8Array,
  headerLength: number,
): Record<string, string> {
  const digests: Record<string, string> = {};
  const endPart = (name: string, position: number) => {
    hash.update(named(name, String(position)));
    digests[name] = hash.digestHex();
  };
  hash.update(named(basename(path), ""));
  hash.update(content.subarray(0, headerLength));
  if (headerLength > 0) endPart("HashHeader", headerLength);
  hash.update(content.subarray(headerLength));
  endPart("final", content.length);
  return digests;
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
