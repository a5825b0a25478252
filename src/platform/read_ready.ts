import { read } from "./file.ts";
import { poll } from "./poll.ts";
import { sleep } from "./sleep.ts";

const LONGEST_PAUSE = 20;

/** Reads like `read`, but signals and other work get their turn while there is nothing to read. */
export async function readReady(descriptor: number, buffer: Uint8Array): Promise<number> {
  for (let pause = 0; !poll(descriptor, "readable", 0); pause = Math.min(pause + 1, LONGEST_PAUSE)) await sleep(pause);
  return read(descriptor, buffer);
}
