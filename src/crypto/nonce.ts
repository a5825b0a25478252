import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { BorgError, IntegrityError } from "../errors.ts";
import type { Repository } from "../repository/repository.ts";
import { fsPath, isErrno, savePrivateFile } from "./private_file.ts";

export type NonceStore = Pick<Repository, "getFreeNonce" | "commitNonceReservation">;

/** Reserved beyond the need, so that the marks are seldom written (format reference 6.5). */
const AHEAD = 1n << 28n;
const LIMIT = (1n << 64n) - 1n;

/** `data`: the file whose content is not a nonce. */
export class NonceFileInvalid extends BorgError {
  constructor(path: string) {
    super("Error", [`Invalid nonce file ${path}`]);
  }
}

/**
 * Hands out values of the AES counter, none of them twice in the life of a key (format reference 6.5). What is reserved
 * but not used is lost. The repository must be locked exclusively.
 */
export class NonceManager {
  readonly #store: NonceStore;
  readonly #localPath: string;
  readonly #manifestNonce: bigint;
  /** First unused value and the end of the reservation; equal before the first one. */
  #next = 0n;
  #end = 0n;
  #pending: Promise<unknown> = Promise.resolve();

  /** @param manifestNonce `nonceAfter` of the stored manifest, 0 for a new repository */
  constructor(store: NonceStore, localPath: string, manifestNonce: bigint) {
    this.#store = store;
    this.#localPath = localPath;
    this.#manifestNonce = manifestNonce;
  }

  /** The first of `blocks` fresh values if the reservation still has them: `reserve` without waiting. */
  take(blocks: bigint): bigint | undefined {
    const first = this.#next;
    if (this.#end === 0n || first + blocks > this.#end) return undefined;
    this.#next += blocks;
    return first;
  }

  /** The first of `blocks` fresh values. Calls may overlap. */
  async reserve(blocks: bigint): Promise<bigint> {
    const before = this.#pending;
    const turn = before.then(() => this.#reserveNow(blocks));
    this.#pending = turn.catch(() => undefined);
    return await turn;
  }

  async #reserveNow(blocks: bigint): Promise<bigint> {
    return this.take(blocks) ?? await this.#extend(blocks);
  }

  async #extend(blocks: bigint): Promise<bigint> {
    const stored = await this.#store.getFreeNonce();
    const local = this.#readLocal();
    const free = [stored ?? 0n, local ?? 0n, this.#end].reduce((a, b) => a > b ? a : b, this.#manifestNonce);
    const end = free + blocks + AHEAD;
    if (end >= LIMIT) throw new IntegrityError("the values of the AES counter are used up");
    await this.#store.commitNonceReservation(end, stored);
    this.#writeLocal(end, local);
    this.#next = free + blocks;
    this.#end = end;
    return free;
  }

  #readLocal(): bigint | undefined {
    try {
      return parseNonce(readFileSync(fsPath(this.#localPath)).toString("latin1"), this.#localPath);
    } catch (error) {
      if (isErrno(error, "ENOENT")) return undefined;
      throw error;
    }
  }

  #writeLocal(end: bigint, expected: bigint | undefined): void {
    if (this.#readLocal() !== expected) throw new IntegrityError("the local nonce mark changed meanwhile");
    savePrivateFile(this.#localPath, Buffer.from(formatNonce(end)));
  }
}

/** 16 hex digits. */
function formatNonce(value: bigint): string {
  return value.toString(16).padStart(16, "0");
}

function parseNonce(text: string, path: string): bigint {
  if (!/^[0-9a-fA-F]{16}\s*$/.test(text)) throw new NonceFileInvalid(path);
  return BigInt(`0x${text.trim()}`);
}
