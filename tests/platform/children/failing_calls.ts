import { isMainThread, parentPort } from "node:worker_threads";
import { lstat } from "../../../src/platform/stat.ts";
import { readlink } from "../../../src/platform/links.ts";
import { SystemError } from "../../../src/platform/system_error.ts";

/** Makes many calls that fail in different ways, with allocation between them; gives how many errors were wrong. */
export function countWrongErrors(rounds: number): number {
  let wrong = 0;
  for (let i = 0; i < rounds; i++) {
    wrong += failsWith("ENOENT", () => lstat(`/nonexistent/${"x".repeat(i % 50)}`));
    wrong += failsWith("EINVAL", () => readlink("/etc/passwd"));
    wrong += failsWith("ENOTDIR", () => lstat("/etc/passwd/x"));
    wrong += lstat("/").mode === 0 ? 1 : 0;
  }
  return wrong;
}

function failsWith(code: string, call: () => unknown): number {
  try {
    call();
    return 1;
  } catch (error) {
    return error instanceof SystemError && error.code === code ? 0 : 1;
  }
}

if (!isMainThread && parentPort !== null) parentPort.postMessage(countWrongErrors(2000));
