import { foreignBuffer } from "./ffi.ts";
import { openLibc } from "./libc.ts";
import { decodeText } from "./path_bytes.ts";

const libc = openLibc({ strlen: { args: ["u64"], returns: "u64" } });

/** The NUL-terminated bytes at a foreign address, as text; undefined for the null address. */
export function textAt(address: bigint): string | undefined {
  if (address === 0n) return undefined;
  const length = Number(libc.strlen(address));
  return length === 0 ? "" : decodeText(new Uint8Array(foreignBuffer(address, length)));
}
