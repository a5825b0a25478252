import { type HashIndex, HashIndexError } from "../../encoding/hash_index.ts";
import { decodeIndex, encodeIndex, HEADER_LENGTH } from "../../encoding/hash_index_file.ts";
import { decodeVerified, digestFile, FileDigest, FileIntegrityError } from "../../encoding/integrity.ts";
import { decode, encode, MsgpackError, type Value } from "../../encoding/msgpack.ts";
import { decodeText } from "../../encoding/path.ts";
import type { RepositoryListener } from "../listener.ts";
import { writeSynced } from "./durable.ts";
import { type FileLayer, hasCode, readParts, readWhole } from "./files.ts";
import { decodeHints, encodeHints, type Hints, HintsError } from "./hints.ts";
import type { Usage } from "./usage.ts";

const INTEGRITY_VERSION = 2;

/** The files `index.<T>`, `hints.<T>` and `integrity.<T>`: what was known as of a transaction (format reference 2.6 to 2.9). */
export class Snapshots {
  constructor(
    private readonly files: FileLayer,
    private readonly root: string,
    private readonly listener: RepositoryListener,
  ) {}

  /** The newest transaction that has an index. */
  newest(): number | undefined {
    const transactions = this.files.list(this.root)
      .map((name) => /^index\.([0-9]+)$/.exec(name)?.[1])
      .filter((number) => number !== undefined && (this.files.status(`${this.root}/index.${number}`)?.size ?? 0) > 0)
      .map(Number);
    return transactions.length === 0 ? undefined : Math.max(...transactions);
  }

  /** Undefined when the file is damaged. */
  readIndex(transaction: number): HashIndex | undefined {
    const name = `index.${transaction}`;
    try {
      return this.#decode(transaction, "index", readParts(this.files, `${this.root}/${name}`), decodeIndex);
    } catch (error) {
      if (!(error instanceof HashIndexError || error instanceof FileIntegrityError)) throw error;
      this.listener.log("warning", "index.damaged", name, error);
      return undefined;
    }
  }

  /** Undefined when the file is missing or damaged. */
  readHints(transaction: number): Hints | undefined {
    const name = `hints.${transaction}`;
    try {
      const content = readWhole(this.files, `${this.root}/${name}`);
      return this.#decode(transaction, "hints", [content].values(), () => decodeHints(content));
    } catch (error) {
      if (!isBadHints(error)) throw error;
      this.listener.log("warning", "hints.damaged", name, error);
      return undefined;
    }
  }

  /** Writes the files of a transaction durably, in the order of format reference 2.9, and removes all older ones. */
  write(transaction: number, index: HashIndex, usage: Usage): void {
    const hints = encodeHints(usage);
    const indexDigest = new FileDigest(`index.${transaction}`, HEADER_LENGTH);
    this.#writeTemporary("hints", transaction, hints);
    this.#writeTemporary("index", transaction, indexDigest.through(encodeIndex(index)));
    this.#writeTemporary("integrity", transaction, encodeIntegrity(transaction, hints, indexDigest));
    this.#moveIntoPlace("integrity", transaction);
    this.files.syncDirectory(this.root);
    this.#moveIntoPlace("hints", transaction);
    this.#moveIntoPlace("index", transaction);
    this.files.syncDirectory(this.root);
    this.#removeOthers(transaction);
  }

  #writeTemporary(kind: string, transaction: number, content: Uint8Array | Iterable<Uint8Array>): void {
    writeSynced(this.files, `${this.root}/${kind}.${transaction}.tmp`, content);
  }

  #moveIntoPlace(kind: string, transaction: number): void {
    const path = `${this.root}/${kind}.${transaction}`;
    this.files.rename(`${path}.tmp`, path);
  }

  #removeOthers(transaction: number): void {
    for (const name of this.files.list(this.root)) {
      const isSnapshot = /^(index|hints|integrity)\./.test(name);
      if (isSnapshot && !name.endsWith(`.${transaction}`)) this.files.unlink(`${this.root}/${name}`);
    }
  }

  /** What `decode` makes of a file that has the digest that is stored for it. Old versions did not write any. */
  #decode<T>(
    transaction: number,
    kind: "index" | "hints",
    parts: IterableIterator<Uint8Array>,
    decode: (parts: IterableIterator<Uint8Array>) => T,
  ): T {
    const digest = this.#digestOf(transaction, kind);
    if (digest === undefined) return decode(parts);
    const headerLength = kind === "index" ? HEADER_LENGTH : 0;
    const path = `${this.root}/${kind}.${transaction}`;
    const { value, unknown } = decodeVerified(path, parts, digest, headerLength, decode);
    if (unknown !== undefined) this.listener.log("warning", "digest.unknown", path, unknown);
    else this.listener.log("debug", "digest.verified", path);
    return value;
  }

  #digestOf(transaction: number, kind: "index" | "hints"): string | undefined {
    const digests = this.#readDigests(transaction);
    const digest = digests?.get("version") === INTEGRITY_VERSION ? digests.get(kind) : undefined;
    return digest instanceof Uint8Array ? decodeText(digest) : undefined;
  }

  #readDigests(transaction: number): Map<string | number, Value> | undefined {
    const path = `${this.root}/integrity.${transaction}`;
    try {
      const digests = decode(readWhole(this.files, path));
      return digests instanceof Map ? digests : undefined;
    } catch (error) {
      if (hasCode(error, "ENOENT")) return undefined;
      if (error instanceof MsgpackError) throw new FileIntegrityError(path, { cause: error });
      throw error;
    }
  }
}

function encodeIntegrity(transaction: number, hints: Uint8Array, index: FileDigest): Uint8Array {
  return encode(
    new Map<string, number | string>([
      ["version", INTEGRITY_VERSION],
      ["hints", digestFile(`hints.${transaction}`, hints)],
      ["index", index.text()],
    ]),
  );
}

function isBadHints(error: unknown): error is Error {
  return error instanceof HintsError || error instanceof MsgpackError || error instanceof FileIntegrityError ||
    (error instanceof Error && hasCode(error, "ENOENT"));
}
