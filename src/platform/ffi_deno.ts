import type { Foreign, Signature, Signatures } from "./ffi.ts";

/** Deno's foreign functions. */
export function createDenoForeign(): Foreign {
  return {
    open,
    addressOf: (bytes) => Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes)),
    buffer: (address, length) => Deno.UnsafePointerView.getArrayBuffer(pointer(address), length),
  };
}

function open(library: string, signatures: Signatures): Record<string, unknown> {
  const symbols: Record<string, Deno.ForeignFunction> = {};
  for (const [name, signature] of Object.entries(signatures)) symbols[name] = translate(name, signature);
  return Deno.dlopen(library, symbols).symbols;
}

function translate(name: string, { args, returns, symbol }: Signature): Deno.ForeignFunction {
  return { name: symbol ?? name, parameters: args, result: returns };
}

function pointer(address: bigint): Deno.PointerObject {
  const made = Deno.UnsafePointer.create(address);
  if (made === null) throw new RangeError("null address");
  return made;
}
