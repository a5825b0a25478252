import { pathArgument } from "./c_string.ts";
import { constants, O_RDWR } from "./constants.ts";
import { close } from "./file.ts";
import { openLibc } from "./libc.ts";
import { writeOutput } from "./output.ts";
import { readLine } from "./read_line.ts";
import { readSecret } from "./read_secret.ts";

const libc = openLibc({ open: { args: ["buffer", "i32"], returns: "i32" } });

/**
 * Asks on the controlling terminal, whatever the standard streams are, with or without showing what is typed. Undefined
 * where there is no terminal, and at the end of input. Throws Interrupted.
 */
export async function askTerminal(prompt: string, { echo }: { echo: boolean }): Promise<string | undefined> {
  const terminal = libc.open(pathArgument("/dev/tty"), O_RDWR | constants.O_NOCTTY | constants.O_CLOEXEC);
  if (terminal < 0) return undefined;
  try {
    if (!echo) return await readSecret(prompt);
    writeOutput(terminal, prompt);
    return await readLine(terminal);
  } finally {
    close(terminal);
  }
}
