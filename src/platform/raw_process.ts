import { readFileSync } from "node:fs";
import process from "node:process";
import { foreignBuffer } from "./ffi.ts";
import { textAt } from "./foreign_text.ts";
import { openLibc } from "./libc.ts";
import { forSystem } from "./system.ts";
import { zeroSeparated } from "./zero_separated.ts";

/** The process's words, the runtime's own included, as they came from the kernel; undefined where they cannot be had. */
export function rawCommandLine(): string[] | undefined {
  return forSystem({
    linux: () => readProc("cmdline"),
    darwin: () => darwinPointers("_NSGetArgv"),
    freebsd: freebsdCommandLine,
  });
}

/** The process's first environment as `NAME=value`; undefined where it cannot be had. */
export function rawEnvironment(): string[] | undefined {
  return forSystem({
    linux: () => readProc("environ"),
    darwin: () => darwinPointers("_NSGetEnviron"),
    freebsd: () => undefined,
  });
}

function readProc(name: string): string[] | undefined {
  try {
    return zeroSeparated(readFileSync(`/proc/self/${name}`));
  } catch {
    return undefined; // no /proc in this container
  }
}

/** Not run here: the function gives the address of a pointer to a null-terminated list of texts. */
function darwinPointers(symbol: "_NSGetArgv" | "_NSGetEnviron"): string[] {
  const libc = openLibc({ get: { symbol, args: [], returns: "u64" } });
  const texts: string[] = [];
  for (let at = pointerAt(libc.get());; at += 8n) {
    const text = textAt(pointerAt(at));
    if (text === undefined) return texts;
    texts.push(text);
  }
}

function pointerAt(address: bigint): bigint {
  return new BigUint64Array(foreignBuffer(address, 8))[0]!;
}

const CTL_KERN = 1;
const KERN_PROC = 14;
const KERN_PROC_ARGS = 7;

/** Not run here: sysctl kern.proc.args of this process. */
function freebsdCommandLine(): string[] | undefined {
  const libc = openLibc({
    sysctl: { args: ["buffer", "u32", "buffer", "buffer", "buffer", "u64"], returns: "i32" },
  });
  const name = new Uint8Array(Int32Array.of(CTL_KERN, KERN_PROC, KERN_PROC_ARGS, process.pid).buffer);
  const bytes = new Uint8Array(new ArrayBuffer(1 << 20));
  const length = BigUint64Array.of(BigInt(bytes.length));
  if (libc.sysctl(name, 4, bytes, new Uint8Array(length.buffer), null, 0) < 0) return undefined;
  return zeroSeparated(bytes.subarray(0, Number(length[0]!)));
}
