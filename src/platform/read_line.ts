import { decodeText } from "./path_bytes.ts";
import { readReady } from "./read_ready.ts";

const NEWLINE = 0x0a;

/**
 * A line without its end; undefined at the end of input. Takes not a byte more than the line, so that a child process or
 * the next call goes on behind it. Signals get their turn while it waits.
 */
export async function readLine(descriptor: number): Promise<string | undefined> {
  const bytes: number[] = [];
  const byte = new Uint8Array(1);
  while (await readReady(descriptor, byte) > 0) {
    if (byte[0] === NEWLINE) return decodeText(Uint8Array.from(bytes));
    bytes.push(byte[0]!);
  }
  return bytes.length === 0 ? undefined : decodeText(Uint8Array.from(bytes));
}
