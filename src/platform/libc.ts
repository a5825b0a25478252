import process from "node:process";
import { type Functions, openLibrary, type Signatures } from "./ffi.ts";
import { forSystem } from "./system.ts";

/** Links functions of the C library. */
export function openLibc<const S extends Signatures>(signatures: S): Functions<S> {
  return openLibrary(libraryNames(), signatures);
}

/**
 * glibc comes first: its machines may have musl installed beside it, and loading that into a glibc process is fatal.
 * `libc.so` is no candidate, it is often a linker script.
 */
function libraryNames(): readonly string[] {
  return forSystem({
    linux: () => ["libc.so.6", `libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`],
    darwin: () => ["/usr/lib/libSystem.B.dylib"],
    freebsd: () => ["libc.so.7"],
  });
}
