import { askTerminal } from "../platform/ask_terminal.ts";
import { Interrupted as KeyInterrupted } from "../platform/read_secret.ts";
import type { Context } from "./context.ts";
import { Interrupted } from "./interruption.ts";

/**
 * Asks whoever sits at the terminal, and nobody else: unlike a passphrase of BorgBackup's, the answer never comes from
 * standard input. Undefined when there is no terminal.
 */
export async function askPerson(
  { log }: Context,
  prompt: string,
  options: { readonly echo: boolean },
): Promise<string | undefined> {
  log.screen.clearStatus();
  try {
    return await askTerminal(prompt, options);
  } catch (error) {
    throw error instanceof KeyInterrupted ? new Interrupted("SIGINT") : error;
  }
}
