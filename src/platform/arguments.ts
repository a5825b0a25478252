import process from "node:process";
import { rawCommandLine } from "./raw_process.ts";

/**
 * The words after the program's name, each undecodable byte as a lone surrogate: the runtimes' own lists lose such bytes,
 * but know how many words are the program's (`bun main.ts`, `deno run -A main.ts` and executables differ).
 */
export function rawArguments(): string[] {
  const decoded = process.argv.slice(2);
  const raw = decoded.length === 0 ? [] : rawCommandLine()?.slice(-decoded.length);
  return raw !== undefined && raw.length === decoded.length ? raw : decoded;
}
