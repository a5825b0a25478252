import { HashIndex, HashIndexError, HEADER_LENGTH } from "../../encoding/hash_index.ts";
import { digestFile, FileIntegrityError, verifyFile } from "../../encoding/integrity.ts";
import { decode, encode, MsgpackError, type Value } from "../../encoding/msgpack.ts";
import { decodeText } from "../../encoding/path.ts";
import type { RepositoryListener } from "../listener.ts";
import { writeSynced } from "./durable.ts";
import { type FileLayer, hasCode, readWhole } from "./files.ts";
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
      const content = readWhole(this.files, `${this.root}/${name}`);
      this.#verify(transaction, "index", content);
      return HashIndex.decode(content);
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
      this.#verify(transaction, "hints", content);
      return decodeHints(content);
    } catch (error) {
      if (!isBadHints(error)) throw error;
      this.listener.log("warning", "hints.damaged", name, error);
      return undefined;
    }
  }

  /** Writes the files of a transaction durably, in the order of format reference 2.9, and removes all older ones. */
  write(transaction: number, index: HashIndex, usage: Usage): void {
    const hints = encodeHints(usage);
    const table = index.encode();
    this.#writeTemporary("hints", transaction, hints);
    this.#writeTemporary("index", transaction, table);
    this.#writeTemporary("integrity", transaction, encodeIntegrity(transaction, hints, table));
    this.#moveIntoPlace("integrity", transaction);
    this.files.syncDirectory(this.root);
    this.#moveIntoPlace("hints", transaction);
    this.#moveIntoPlace("index", transaction);
    this.files.syncDirectory(this.root);
    this.#removeOthers(transaction);
  }

  #writeTemporary(kind: string, transaction: number, content: Uint8Array): void {
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

  /** Compares with the stored digest. Old versions did not write any. */
  #verify(transaction: number, kind: "index" | "hints", content: Uint8Array): void {
    const digests = this.#readDigests(transaction);
    if (!digests || digests.get("version") !== INTEGRITY_VERSION) return;
    const digest = digests.get(kind);
    if (!(digest instanceof Uint8Array)) return;
    const headerLength = kind === "index" ? HEADER_LENGTH : 0;
    const path = `${this.root}/${kind}.${transaction}`;
    const unknown = verifyFile(path, content, decodeText(digest), headerLength);
    if (unknown !== undefined) this.listener.log("warning", "digest.unknown", path, unknown);
    else this.listener.log("debug", "digest.verified", path);
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

function encodeIntegrity(transaction: number, hints: Uint8Array, index: Uint8Array): Uint8Array {
  return encode(
    new Map<string, number | string>([
      ["version", INTEGRITY_VERSION],
      ["hints", digestFile(`hints.${transaction}`, hints)],
      ["index", digestFile(`index.${transaction}`, index, HEADER_LENGTH)],
    ]),
  );
}

function isBadHints(error: unknown): error is Error {
  return error instanceof HintsError || error instanceof MsgpackError || error instanceof FileIntegrityError ||
    (error instanceof Error && hasCode(error, "ENOENT"));
}
