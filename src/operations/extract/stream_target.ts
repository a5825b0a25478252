import type { Item } from "../../archive/item.ts";
import { assertSize, damagedFile } from "./completeness.ts";
import type { Step } from "./queue.ts";
import type { Target } from "./target.ts";

/** Takes all contents one after the other: for `--stdout`, and, writing nothing, for `--dry-run`. */
export class StreamTarget implements Target {
  constructor(private readonly write: (bytes: Uint8Array) => void | Promise<void>) {}

  step(item: Item): Omit<Step, "fail"> {
    let length = 0;
    return {
      chunks: item.chunks,
      begin: () => {},
      write: (plaintext) => {
        length += plaintext.length;
        return this.write(plaintext);
      },
      end: () => {
        if (item.chunks) assertSize(item, length);
        if (item.chunksHealthy) throw damagedFile();
      },
    };
  }

  complete(): Omit<Step, "fail"> {
    return { chunks: undefined, begin: () => {}, write: () => {}, end: () => {} };
  }

  abandon(): void {}
}
