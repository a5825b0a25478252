import { createBunForeign } from "./ffi_bun.ts";
import { createDenoForeign } from "./ffi_deno.ts";

/**
 * What a C function takes and gives. Pointers to our own memory are "buffer" (a view, or null), all other addresses are
 * "u64". 64-bit results are bigints; a `ssize_t` that cannot exceed 31 bits may be declared "i32", which is much cheaper.
 */
export type CType = "i32" | "u32" | "i64" | "u64" | "buffer";

export interface Signature {
  readonly args: readonly CType[];
  readonly returns: "i32" | "u32" | "i64" | "u64" | "void";
  /** The symbol in the library, if it is not the key. */
  readonly symbol?: string;
}

export type Signatures = Readonly<Record<string, Signature>>;

type Argument<T> = T extends "buffer" ? Uint8Array | null : T extends "i64" | "u64" ? number | bigint : number;
type Arguments<A extends readonly CType[]> = { -readonly [K in keyof A]: Argument<A[K]> };
type Result<R> = R extends "void" ? void : R extends "i64" | "u64" ? bigint : number;

export type Functions<S extends Signatures> = {
  readonly [K in keyof S]: (...values: Arguments<S[K]["args"]>) => Result<S[K]["returns"]>;
};

/** One runtime's way to foreign functions. */
export interface Foreign {
  /** Throws when the library or one of the symbols is not there. */
  open(library: string, signatures: Signatures): Record<string, unknown>;
  /** Where `bytes` lie. Valid while the view is referenced; make it over an explicit buffer, which never moves. */
  addressOf(bytes: Uint8Array): bigint;
  /** Foreign memory as an array; the caller answers for its lifetime. */
  buffer(address: bigint, length: number): ArrayBuffer;
}

const foreign: Foreign = createBunForeign() ?? createDenoForeign();

/** Links functions of the first of the libraries that can be opened. Throws the first one's error if none can. */
export function openLibrary<const S extends Signatures>(names: readonly string[], signatures: S): Functions<S> {
  const failures: unknown[] = [];
  for (const name of names) {
    try {
      return foreign.open(name, signatures) as Functions<S>;
    } catch (failure) {
      failures.push(failure);
    }
  }
  throw failures[0] ?? new Error("no library named");
}

export function addressOf(bytes: Uint8Array): bigint {
  return foreign.addressOf(bytes);
}

export function foreignBuffer(address: bigint, length: number): ArrayBuffer {
  return foreign.buffer(address, length);
}
