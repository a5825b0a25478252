import { pathArgument } from "./c_string.ts";
import { constants, O_RDWR } from "./constants.ts";
import { close, read } from "./file.ts";
import { openLibc } from "./libc.ts";
import { writeOutput } from "./output.ts";
import { readKeys, readSecret } from "./read_secret.ts";
import { withRawKeys } from "./terminal_mode.ts";

const libc = openLibc({ open: { args: ["buffer", "i32"], returns: "i32" } });

const SPACE = 0x20;
const ERASE = [0x08, 0x7f];
const RUB_OUT = "\b \b";

/**
 * Asks on the controlling terminal, whatever the standard streams are, with or without showing what is typed. Undefined
 * where there is no terminal, and at the end of input. Throws Interrupted.
 */
export async function askTerminal(prompt: string, { echo }: { echo: boolean }): Promise<string | undefined> {
  const terminal = libc.open(pathArgument("/dev/tty"), O_RDWR | constants.O_NOCTTY | constants.O_CLOEXEC);
  if (terminal < 0) return undefined;
  try {
    if (!echo) return await readSecret(prompt);
    return withRawKeys(terminal, () => {
      writeOutput(terminal, prompt);
      return readKeys(() => echoedKey(terminal));
    });
  } finally {
    if (echo) writeOutput(terminal, "\n");
    close(terminal);
  }
}

function echoedKey(terminal: number): number | undefined {
  const byte = new Uint8Array(1);
  if (read(terminal, byte) === 0) return undefined;
  if (ERASE.includes(byte[0]!)) writeOutput(terminal, RUB_OUT);
  else if (byte[0]! >= SPACE) writeOutput(terminal, byte);
  return byte[0]!;
}
