import { Buffer } from "node:buffer";
import { openSync } from "node:fs";
import { pathArgument } from "./c_string.ts";
import { constants, O_RDWR } from "./constants.ts";
import { openLibc } from "./libc.ts";
import { encodeText } from "./path_bytes.ts";
import { forSystem } from "./system.ts";
import { asSystemError, lastError } from "./system_error.ts";

export interface CreateOptions {
  /** Fail with EEXIST when there is a file of that name already; a symbolic link is never followed then. */
  exclusive?: boolean;
}

type Open = (path: string, flags: number, mode: number) => number;

const open: Open = forSystem({ linux: createVariadicOpen, darwin: () => openByNode, freebsd: createVariadicOpen });

/** Opens for reading and writing, makes the file (with `mode` less the umask) or empties it. Never follows a link. */
export function createFile(path: string, mode: number, { exclusive = false }: CreateOptions = {}): number {
  const { O_CLOEXEC, O_NOCTTY, O_CREAT, O_EXCL, O_TRUNC, O_NOFOLLOW } = constants;
  const flags = O_RDWR | O_CLOEXEC | O_NOCTTY | O_CREAT | O_NOFOLLOW | (exclusive ? O_EXCL : O_TRUNC);
  return open(path, flags, mode);
}

/** open(2) is variadic; on these systems such arguments are passed like all others. */
function createVariadicOpen(): Open {
  const libc = openLibc({ open: { args: ["buffer", "i32", "u32"], returns: "i32" } });
  return (path, flags, mode) => {
    const descriptor = libc.open(pathArgument(path), flags, mode);
    if (descriptor < 0) throw lastError("open", path);
    return descriptor;
  };
}

/** Not run here: Apple's arm64 passes variadic arguments on the stack, out of reach of foreign functions. */
function openByNode(path: string, flags: number, mode: number): number {
  try {
    return openSync(Buffer.from(encodeText(path)), flags, mode);
  } catch (error) {
    throw asSystemError(error) ?? error;
  }
}
