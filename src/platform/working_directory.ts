import { openLibc } from "./libc.ts";
import { decodeText } from "./path_bytes.ts";
import { lastError } from "./system_error.ts";

const libc = openLibc({ getcwd: { args: ["buffer", "u64"], returns: "u64" } });

/** The current directory. Throws ENOENT when it has been removed. */
export function workingDirectory(): string {
  const buffer = new Uint8Array(new ArrayBuffer(65536));
  if (libc.getcwd(buffer, buffer.length) === 0n) throw lastError("getcwd");
  return decodeText(buffer, 0, buffer.indexOf(0));
}
