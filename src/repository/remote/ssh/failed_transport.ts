import { ConnectionLost, type Transport } from "../transport.ts";
import type { LineQueue } from "./line_queue.ts";

/** How `ssh` ends when there is no connection. */
const STATUS = 255;

/** What is left when there is no connection: the lines that say why. */
export function failedTransport(lines: LineQueue): Transport {
  lines.end();
  return {
    async *read() {},
    errors: () => lines.read(),
    write: () => Promise.reject(new ConnectionLost()),
    endInput() {},
    kill() {},
    exited: Promise.resolve({ status: STATUS }),
    dispose() {},
  };
}
