import type { Buffer } from "node:buffer";
import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { signAdHoc } from "./code_signature.ts";
import { isMachO } from "./mach_o.ts";

/**
 * Variables by which anybody who sets an executable's environment could make Bun something else than this program: run as
 * the bun command line, load a script first, or open a debugger.
 */
export const SEALED_VARIABLES = ["BUN_BE_BUN", "BUN_OPTIONS", "BUN_INSPECT"] as const;

/**
 * Blanks the first letter of those names in the executable, so that no variable can have them, and signs Mach-O files anew.
 * Throws when a name is not found, since then Bun has changed and this needs a new look.
 */
export function sealEnvironment(path: string): void {
  const image = readFileSync(path);
  for (const name of SEALED_VARIABLES) {
    if (blank(image, name) === 0) throw new Error(`${name} is not in ${path}: has Bun renamed it?`);
  }
  const temporary = `${path}.sealed`;
  writeFileSync(temporary, isMachO(image) ? signAdHoc(image) : image, { mode: statSync(path).mode });
  renameSync(temporary, path);
}

function blank(image: Buffer, name: string): number {
  let count = 0;
  for (let at = image.indexOf(name); at >= 0; at = image.indexOf(name, at + 1)) {
    image[at] = 0;
    count++;
  }
  return count;
}
