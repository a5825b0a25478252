import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CommandFailure } from "../programs.ts";

/** What the archive's objects expect of glibc and musl does not have. */
const STAND_INS = `
#include <stddef.h>
__attribute__((visibility("hidden"))) void *__dso_handle = &__dso_handle;
char __libc_single_threaded = 0;
int _dl_find_object(void *address, void *result) { return -1; }
int getentropy(void *, size_t);
unsigned long getauxval(unsigned long);
unsigned long __getauxval(unsigned long kind) { return getauxval(kind); }
unsigned arc4random(void) { unsigned value; getentropy(&value, sizeof value); return value; }
`;

/**
 * Puts a `libstdc++.so.6` for musl into the folder, with what the executable asks for and nothing else. Debian has musl but
 * no C++ library for it, so this one comes from the static archive of the compiler: good for a trial, not for a release.
 */
export function makeMuslLibrary(compiler: string, executable: string, folder: string): void {
  const source = join(folder, "stand_ins.c");
  writeFileSync(source, STAND_INS);
  const archives = ["libstdc++.a", "libgcc_eh.a", "libgcc.a"].map((name) =>
    output(compiler, [`-print-file-name=${name}`]).trim()
  );
  output(compiler, [
    "-shared",
    "-fPIC",
    "-nostdlib",
    "-Wl,-soname,libstdc++.so.6",
    "-Wl,--gc-sections",
    ...wantedSymbols(output("nm", ["--dynamic", "--portability", executable])).map((name) => `-Wl,-u,${name}`),
    source,
    "-Wl,--start-group",
    ...archives,
    "-Wl,--end-group",
    "-o",
    join(folder, "libstdc++.so.6"),
  ]);
}

/** Of what `nm` lists: C++ that is missing, and the tables of type information, which an executable has room for only. */
export function wantedSymbols(listing: string): string[] {
  const missing = listing.matchAll(/^(_Z\S+|__cxa_(?!finalize|atexit|thread)\S+|__dynamic_cast|__once_proxy) U/gm);
  const tables = listing.matchAll(/^(_ZTVN10__cxxabiv\S+) [BV]/gm);
  return [...missing, ...tables].map(([, name]) => name!);
}

function output(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 2 ** 26 });
  if (error || status !== 0) throw new CommandFailure(`${command}: ${error?.message ?? stderr}`);
  return stdout;
}
