import { openLibc } from "./libc.ts";
import { forSystem } from "./system.ts";
import { lastError } from "./system_error.ts";

interface Termios {
  readonly localFlags: number;
  readonly controlCharacters: number;
  readonly minimum: number;
  readonly time: number;
  readonly echo: number;
  readonly signals: number;
  readonly canonical: number;
}

/**
 * Offsets in `struct termios`, indices of VMIN and VTIME, and bits of the local flags. Not run here: macOS (whose flags
 * have 64 bits, of which the low ones matter) and FreeBSD.
 */
const LAYOUT: Termios = forSystem({
  linux: () => ({ localFlags: 12, controlCharacters: 17, minimum: 6, time: 5, echo: 8, signals: 1, canonical: 2 }),
  darwin: () => ({
    localFlags: 24,
    controlCharacters: 32,
    minimum: 16,
    time: 17,
    echo: 8,
    signals: 0x80,
    canonical: 0x100,
  }),
  freebsd: () => ({
    localFlags: 12,
    controlCharacters: 16,
    minimum: 16,
    time: 17,
    echo: 8,
    signals: 0x80,
    canonical: 0x100,
  }),
});
const TCSAFLUSH = 2;

const libc = openLibc({
  tcgetattr: { args: ["i32", "buffer"], returns: "i32" },
  tcsetattr: { args: ["i32", "i32", "buffer"], returns: "i32" },
});

/** Runs `use` while the terminal hands over each key at once, shows none and makes no signals of them. */
export function withRawKeys<T>(descriptor: number, use: () => T): T {
  const old = new Uint8Array(new ArrayBuffer(128));
  if (libc.tcgetattr(descriptor, old) < 0) throw lastError("tcgetattr");
  const raw = old.slice();
  const view = new DataView(raw.buffer);
  const { localFlags, controlCharacters, minimum, time, echo, signals, canonical } = LAYOUT;
  view.setUint32(localFlags, view.getUint32(localFlags, true) & ~(echo | signals | canonical), true);
  raw[controlCharacters + minimum] = 1;
  raw[controlCharacters + time] = 0;
  if (libc.tcsetattr(descriptor, TCSAFLUSH, raw) < 0) throw lastError("tcsetattr");
  try {
    return use();
  } finally {
    libc.tcsetattr(descriptor, TCSAFLUSH, old); // nothing better can be done if it fails
  }
}
