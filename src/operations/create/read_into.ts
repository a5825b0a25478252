import { read } from "../../platform/file.ts";
import { poll } from "../../platform/poll.ts";
import { sleep } from "../../platform/sleep.ts";
import { attempt } from "../problems.ts";

/** Where a file's bytes come from: fills the view from its start, gives how many bytes it put there, 0 at the end. */
export type ReadInto = (target: Uint8Array) => number | Promise<number>;

/** In milliseconds. */
const LONGEST_PAUSE = 20;

/** Reads from an open file; a failure becomes a problem of that file. */
export function readFile(fd: number): ReadInto {
  return (target) => attempt("read", () => read(fd, target));
}

/** The same for what may keep its readers waiting. `check` is called meanwhile and throws when the run is to stop. */
export function readWhenReady(fd: number, check: () => void): ReadInto {
  return async (target) => {
    for (let pause = 0; !poll(fd, "readable", 0); pause = Math.min(pause + 1, LONGEST_PAUSE)) {
      check();
      await sleep(pause);
    }
    return attempt("read", () => read(fd, target));
  };
}

/** Reads what comes in pieces of any length. */
export function readPieces(pieces: AsyncIterable<Uint8Array>): ReadInto {
  const iterator = pieces[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0);
  return async (target) => {
    while (rest.length === 0) {
      const { done, value } = await iterator.next();
      if (done) return 0;
      rest = value;
    }
    const part = rest.subarray(0, target.length);
    target.set(part);
    rest = rest.subarray(part.length);
    return part.length;
  };
}

/** Reads on until `signal` is aborted: that rejects with what `reason` gives, and the bytes under way are lost. */
export function readUntil(signal: AbortSignal, reason: () => Error, read: ReadInto): ReadInto {
  return async (target) => {
    if (signal.aborted) throw reason();
    let stop = () => {};
    const stopped = new Promise<never>((_, reject) => {
      stop = () => reject(reason());
      signal.addEventListener("abort", stop, { once: true });
    });
    try {
      return await Promise.race([read(target), stopped]);
    } finally {
      signal.removeEventListener("abort", stop);
    }
  };
}
