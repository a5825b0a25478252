import { constants } from "./constants.ts";
import { errno, errorNumber } from "./errno.ts";
import { openLibc } from "./libc.ts";
import { lastError } from "./system_error.ts";

const libc = openLibc({ lseek: { args: ["i32", "i64", "i32"], returns: "i64" } });
const SEEK_SET = 0;
const ENXIO = errorNumber("ENXIO");

/** Moves the position to `offset` bytes from the start. */
export function seek(descriptor: number, offset: number): void {
  if (libc.lseek(descriptor, offset, SEEK_SET) < 0n) throw lastError("lseek");
}

/**
 * Where data begins at or after `offset`; undefined when only a hole is left. Moves the position. Throws EINVAL on file
 * systems that do not know.
 */
export function seekData(descriptor: number, offset: number): number | undefined {
  return seekKind(descriptor, offset, constants.SEEK_DATA);
}

/** Where a hole begins at or after `offset` (the end of the file counts as one); undefined beyond the end. */
export function seekHole(descriptor: number, offset: number): number | undefined {
  return seekKind(descriptor, offset, constants.SEEK_HOLE);
}

function seekKind(descriptor: number, offset: number, whence: number): number | undefined {
  const found = libc.lseek(descriptor, offset, whence);
  if (found >= 0n) return Number(found);
  if (errno() === ENXIO) return undefined;
  throw lastError("lseek");
}
