import { accessSync, constants, statSync } from "node:fs";
import { asSystemError } from "./system_error.ts";

const DEFAULT_PATH = "/usr/bin:/bin";

/** The path of the program that a name without slashes leads to; undefined when there is none. */
export function findProgram(name: string, path: string = DEFAULT_PATH): string | undefined {
  const candidates = path.split(":").map((directory) => `${directory || "."}/${name}`);
  return candidates.find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch (error) {
    if (asSystemError(error)) return false;
    throw error;
  }
}
