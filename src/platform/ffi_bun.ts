import process from "node:process";
import type { Foreign, Signature, Signatures } from "./ffi.ts";

interface BunSymbol {
  readonly args: readonly string[];
  readonly returns: string;
}

interface BunFfi {
  dlopen(name: string, symbols: Record<string, BunSymbol>): { symbols: Record<string, unknown> };
  ptr(view: Uint8Array): number;
  toArrayBuffer(pointer: number, offset: number, length: number): ArrayBuffer;
}

/** Bun's foreign functions, undefined in another runtime. */
export function createBunForeign(): Foreign | undefined {
  const bun = process.getBuiltinModule("bun:ffi") as unknown as BunFfi | undefined;
  if (bun === undefined) return undefined;
  return {
    open: (library, signatures) => open(bun, library, signatures),
    addressOf: (bytes) => BigInt(bun.ptr(bytes)),
    buffer: (address, length) => bun.toArrayBuffer(Number(address), 0, length),
  };
}

function open(bun: BunFfi, library: string, signatures: Signatures): Record<string, unknown> {
  const symbols: Record<string, BunSymbol> = {};
  for (const [name, signature] of Object.entries(signatures)) symbols[signature.symbol ?? name] = translate(signature);
  const linked = bun.dlopen(library, symbols).symbols;
  return Object.fromEntries(Object.entries(signatures).map(([name, { symbol }]) => [name, linked[symbol ?? name]]));
}

function translate({ args, returns }: Signature): BunSymbol {
  return { args: args.map((type) => type === "buffer" ? "ptr" : type), returns };
}
