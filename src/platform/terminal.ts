import process from "node:process";
import type { Environment } from "./environment.ts";
import { openLibc } from "./libc.ts";
import { forSystem } from "./system.ts";

const libc = openLibc({ isatty: { args: ["i32"], returns: "i32" } });

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** What is assumed where there is no terminal. */
const FALLBACK: TerminalSize = { columns: 80, rows: 24 };
const NUMBER_LINUX = 0x5413;
const NUMBER_BSD = 0x40087468;

type Ask = (descriptor: number) => TerminalSize | undefined;

const askSize: Ask = forSystem({
  linux: () => createIoctl(NUMBER_LINUX),
  darwin: () => askNode,
  freebsd: () => createIoctl(NUMBER_BSD),
});

/** Whether the descriptor is a terminal. */
export function isTerminal(descriptor: number): boolean {
  return libc.isatty(descriptor) === 1;
}

/** The terminal's size. COLUMNS and LINES of the environment count first, as in BorgBackup. */
export function terminalSize(descriptor: number, environment: Environment = process.env): TerminalSize {
  const columns = positive(environment.COLUMNS);
  const rows = positive(environment.LINES);
  if (columns !== undefined && rows !== undefined) return { columns, rows };
  const size = askSize(descriptor) ?? FALLBACK;
  return { columns: columns ?? size.columns, rows: rows ?? size.rows };
}

function positive(text: string | undefined): number | undefined {
  return text !== undefined && /^0*[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined;
}

/** `struct winsize` begins with u16 rows, u16 columns; both are 0 where the terminal does not know. */
function createIoctl(number: number): Ask {
  const { ioctl } = openLibc({ ioctl: { args: ["i32", "u64", "buffer"], returns: "i32" } });
  return (descriptor) => {
    const answer = new Uint16Array(new ArrayBuffer(8));
    if (ioctl(descriptor, number, new Uint8Array(answer.buffer)) < 0) return undefined;
    const [rows = 0, columns = 0] = answer;
    return rows > 0 && columns > 0 ? { columns, rows } : undefined;
  };
}

/** Not run here: ioctl is variadic, and Apple's arm64 passes such arguments where foreign functions cannot put them. */
function askNode(descriptor: number): TerminalSize | undefined {
  const stream = descriptor === 2 ? process.stderr : process.stdout;
  return stream.columns > 0 && stream.rows > 0 ? { columns: stream.columns, rows: stream.rows } : undefined;
}
