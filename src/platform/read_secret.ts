import { constants, O_RDWR } from "./constants.ts";
import { close, read } from "./file.ts";
import { openLibc } from "./libc.ts";
import { STDERR, STDIN, writeOutput } from "./output.ts";
import { decodeText } from "./path_bytes.ts";
import { readLine } from "./read_line.ts";
import { pathArgument } from "./c_string.ts";
import { withRawKeys } from "./terminal_mode.ts";

/** The user pressed Ctrl-C while asked. */
export class Interrupted extends Error {
  constructor() {
    super("interrupted while reading from the terminal");
    this.name = "Interrupted";
  }
}

const libc = openLibc({ open: { args: ["buffer", "i32"], returns: "i32" } });

const KEYS = {
  interrupt: 0x03,
  quit: 0x1c,
  suspend: 0x1a,
  end: 0x04,
  eraseWord: 0x17,
  eraseLine: 0x15,
  erase: 0x7f,
  backspace: 0x08,
} as const;

/**
 * A line that is not shown while it is typed. Asks the controlling terminal, whatever the standard streams are; where there
 * is none, the prompt goes to stderr and the line comes from stdin. Undefined at the end of input. Throws Interrupted.
 */
export async function readSecret(prompt: string): Promise<string | undefined> {
  const terminal = libc.open(pathArgument("/dev/tty"), O_RDWR | constants.O_NOCTTY | constants.O_CLOEXEC);
  if (terminal < 0) {
    writeOutput(STDERR, prompt);
    return await readLine(STDIN);
  }
  try {
    return withRawKeys(terminal, () => {
      writeOutput(terminal, prompt);
      return readKeys(() => nextByte(terminal));
    });
  } finally {
    writeOutput(terminal, "\n");
    close(terminal);
  }
}

/** Edits a line key by key: erase, erase all, end, interrupt, as a terminal would do it itself. */
export function readKeys(next: () => number | undefined): string | undefined {
  const typed: number[] = [];
  for (;;) {
    const key = next();
    if (key === KEYS.interrupt || key === KEYS.quit) throw new Interrupted();
    if (key === undefined || (key === KEYS.end && typed.length === 0)) return undefined;
    if (key === 0x0a || key === 0x0d || key === KEYS.end) return decodeText(Uint8Array.from(typed));
    if (key === KEYS.erase || key === KEYS.backspace) eraseCharacter(typed);
    else if (key === KEYS.eraseLine || key === KEYS.eraseWord) typed.length = 0;
    else if (key !== KEYS.suspend) typed.push(key);
  }
}

/** Takes the last byte and, if that continues a UTF-8 sequence, all before it up to the first one. */
function eraseCharacter(typed: number[]): void {
  while (typed.length > 0 && (typed.pop()! & 0xc0) === 0x80);
}

function nextByte(descriptor: number): number | undefined {
  const byte = new Uint8Array(1);
  return read(descriptor, byte) === 0 ? undefined : byte[0]!;
}
