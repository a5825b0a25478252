import { Buffer } from "node:buffer";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { concat } from "../encoding/bytes.ts";
import { encodeText } from "../encoding/path.ts";
import { asSystemError } from "../platform/system_error.ts";
import type { Input } from "./context.ts";
import { CommandError } from "./usage_problem.ts";

const BLOCK = 4096;

/** Writes an exported key or secrets to a file that only its owner may read, in place of what is there. */
export function writeKeyCopy(path: string, text: string): void {
  const native = nativePath(path);
  if (statSync(native, { throwIfNoEntry: false })?.isDirectory()) {
    throw new CommandError(`'${path}' must be a file, not a directory`);
  }
  inSystemWords(() => writeFileSync(native, text, { mode: 0o600 }));
}

/** The content of an exported key's file; `-` is standard input. */
export async function readKeyCopy(path: string, stdin: Input): Promise<Uint8Array> {
  if (path === "-") return await readToEnd(stdin);
  const native = nativePath(path);
  if (!statSync(native, { throwIfNoEntry: false })) throw new CommandError(`input file does not exist: ${path}`);
  return inSystemWords(() => readFileSync(native));
}

async function readToEnd(input: Input): Promise<Uint8Array> {
  const blocks: Uint8Array[] = [];
  while (true) {
    const block = new Uint8Array(BLOCK);
    const length = await input.read(block);
    if (length === 0) return concat(...blocks);
    blocks.push(block.subarray(0, length));
  }
}

function nativePath(path: string): Buffer {
  return Buffer.from(encodeText(path));
}

/** What fails in `action`, told as the system tells it. */
function inSystemWords<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw asSystemError(error) ?? error;
  }
}
