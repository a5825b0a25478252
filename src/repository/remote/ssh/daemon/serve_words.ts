import { splitWords } from "../../../../encoding/shlex.ts";

const ASSIGNMENT = /^[A-Za-z_][A-Za-z0-9_]*=/;
const PROGRAM = /^borg[\w.+-]*$/;

/** Whether a command is `borg serve`, whatever path leads to borg, with or without variables before it. */
export function isServeCommand(command: string): boolean {
  return serveWords(command) !== undefined;
}

/** The words after the program's name, if the command is `borg serve`. */
export function serveWords(command: string): string[] | undefined {
  const words = wordsOf(command);
  const program = words.findIndex((word) => !ASSIGNMENT.test(word));
  const name = words[program]?.split("/").at(-1) ?? "";
  const rest = words.slice(program + 1);
  const verb = rest.find((word) => !word.startsWith("-"));
  return PROGRAM.test(name) && verb === "serve" ? rest : undefined;
}

function wordsOf(command: string): string[] {
  try {
    return splitWords(command);
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
