import { accessSync, constants, readdirSync, statSync } from "node:fs";
import { BorgError } from "../errors.ts";
import { asSystemError } from "../platform/system_error.ts";

/** Throws RTError unless something can be mounted there; whether that would hide files. */
export function examineMountPoint(path: string): { hidesFiles: boolean } {
  if (!isDirectory(path)) throw new BorgError("RTError", [`${path}: Mountpoint must be an existing directory`]);
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new BorgError("RTError", [`${path}: Mountpoint must be a writable directory`], { cause: error });
  }
  return { hidesFiles: readdirSync(path).length > 0 };
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    const code = asSystemError(error)?.code;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ENOTCONN") return false;
    throw error;
  }
}
