import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import type { Micros } from "../archive/timestamps.ts";
import { decodeText, encodeText } from "../encoding/path.ts";
import { BorgError } from "../errors.ts";
import { stat } from "../platform/stat.ts";
import { asSystemError, SystemError } from "../platform/system_error.ts";
import type { ArgumentWorld } from "./argument_types.ts";
import type { World } from "./context.ts";

const STDIN = 0;

/** What arguments need of the world. `now`: what the placeholders for the time mean, if not the present. */
export function argumentWorld(world: World, now?: Micros): ArgumentWorld {
  return {
    defaultRepository: world.env["BORG_REPO"],
    expand: (text) => text,
    readFile,
    modificationTime,
  };
}

/** Throws an Error with the system's words. */
function readFile(path: string): string {
  try {
    return decodeText(readFileSync(path === "-" ? STDIN : Buffer.from(encodeText(path))));
  } catch (error) {
    const problem = asSystemError(error);
    if (problem === undefined) throw error;
    throw new BorgError("Error", [new SystemError(problem.errno, problem.syscall, path).message], { cause: error });
  }
}

function modificationTime(path: string): Micros | undefined {
  try {
    return stat(path).mtime / 1000n;
  } catch (error) {
    if (error instanceof SystemError && ["ENOENT", "ENOTDIR"].includes(error.code)) return undefined;
    throw error;
  }
}
