import process from "node:process";
import { close } from "../file.ts";
import { exitOfSync, spawn } from "../spawn.ts";
import { SystemError } from "../system_error.ts";
import { openSocketPair, receiveDescriptor } from "./descriptor_socket.ts";
import { FuseDevice } from "./device.ts";
import { FuseError } from "./errors.ts";
import type { Mounter } from "./mounted.ts";
import { once } from "./once.ts";

/** The helpers that may mount for ordinary users, in the order in which they are tried. */
const HELPERS = ["fusermount3", "fusermount"];

/** Lets the set-uid helper mount; the descriptor of the device comes over a socket, which is its standard input. */
export const mountWithFusermount: Mounter = (mountpoint, options) => {
  const [ours, theirs] = openSocketPair();
  try {
    const words = ["-o", options.join(","), "--", mountpoint];
    const environment = { ...process.env, _FUSE_COMMFD: "0" };
    const status = runHelper(words, { stdin: theirs, environment });
    if (status === undefined) return undefined;
    const descriptor = status === 0 ? receiveDescriptor(ours) : undefined;
    if (descriptor === undefined) throw new FuseError("fusermount could not mount");
    return {
      device: new FuseDevice(descriptor),
      unmount: once(() => void unmountWithFusermount(mountpoint, ["-q", "-z"])),
    };
  } finally {
    close(ours);
    close(theirs);
  }
};

/** The helper's exit status; it says itself on stderr what is wrong. Undefined when there is none. */
export function unmountWithFusermount(mountpoint: string, options: readonly string[] = []): number | undefined {
  return runHelper(["-u", ...options, "--", mountpoint]);
}

function runHelper(words: readonly string[], options: Parameters<typeof spawn>[1] = {}): number | undefined {
  for (const helper of HELPERS) {
    try {
      return exitOfSync(spawn([helper, ...words], options));
    } catch (error) {
      if (!(error instanceof SystemError) || error.code !== "ENOENT") throw error;
    }
  }
  return undefined;
}
