import { splitWords } from "../../encoding/shlex.ts";
import type { ArgumentTypes } from "../argument_types.ts";
import type { CommandEntry } from "../command_tree.ts";
import { BorgError } from "../../errors.ts";
import { type Invocation, parseCommandLine, ParserExit } from "../parser.ts";

const ASSIGNMENT = /^[A-Za-z_][A-Za-z0-9_]*=/;

/**
 * A forced command of OpenSSH runs instead of the one that the client asks for, which stands in SSH_ORIGINAL_COMMAND. When
 * both are `serve`, the client may choose how much is logged and how long to wait for locks; nothing else is taken from it,
 * and any other command is ignored (format reference 10.7).
 */
export async function withOriginalCommand(
  forced: Invocation,
  original: string,
  root: CommandEntry,
  types: ArgumentTypes,
): Promise<Invocation> {
  const asked = await understand(original, root, types);
  if (asked?.command !== forced.command) return forced;
  const { logLevel, debugTopics, lockWait } = asked.options;
  return { ...forced, options: { ...forced.options, logLevel, debugTopics, lockWait } };
}

async function understand(command: string, root: CommandEntry, types: ArgumentTypes): Promise<Invocation | undefined> {
  try {
    const words = splitWords(command);
    const program = words.findIndex((word) => !ASSIGNMENT.test(word));
    return program < 0 ? undefined : await parseCommandLine(words.slice(program + 1), root, types);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof ParserExit || error instanceof BorgError) return undefined;
    throw error;
  }
}
