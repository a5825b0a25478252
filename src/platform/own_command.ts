import process from "node:process";
import { rawCommandLine } from "./raw_process.ts";

/**
 * The words that start this program again, before its arguments: the executable, or the runtime with the script. The file that
 * runs is named by its path, whatever PATH or the current directory say by now.
 */
export function ownCommand(): string[] {
  const words = rawCommandLine() ?? process.argv;
  const own = words.slice(1, words.length - process.argv.slice(2).length);
  return [process.execPath, ...own];
}
