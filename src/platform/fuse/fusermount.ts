import process from "node:process";
import { close } from "../file.ts";
import { type Child, exitOfSync, spawn, type SpawnOptions } from "../spawn.ts";
import { SystemError } from "../system_error.ts";
import { openSocketPair, receiveDescriptor } from "./descriptor_socket.ts";
import { FuseDevice } from "./device.ts";
import { FuseError } from "./errors.ts";
import type { Mounter } from "./mounted.ts";
import { once } from "./once.ts";

/** The helpers that may mount for ordinary users, in the order in which they are tried. */
const HELPERS = ["fusermount3", "fusermount"];

/** With this option the helper stays and unmounts when the socket is closed, which is at the end of this process. */
const STAYS = "auto_unmount";

/** Lets the set-uid helper mount; the descriptor of the device comes over a socket, which is its standard input. */
export const mountWithFusermount: Mounter = (mountpoint, options) => {
  const [ours, theirs] = openSocketPair();
  const helper = startHelper(ours, theirs, ["-o", options.join(","), "--", mountpoint]);
  if (helper === undefined) return undefined;
  const descriptor = receiveDescriptor(ours);
  const stays = descriptor !== undefined && options.includes(STAYS);
  if (!stays) {
    exitOfSync(helper);
    close(ours);
  }
  if (descriptor === undefined) throw new FuseError("fusermount could not mount");
  return {
    device: new FuseDevice(descriptor),
    unmount: once(() => void unmountWithFusermount(mountpoint, ["-q", "-z"])),
  };
};

/** The helper's exit status; it says itself on stderr what is wrong. Undefined when there is none. */
export function unmountWithFusermount(mountpoint: string, options: readonly string[] = []): number | undefined {
  const helper = start(["-u", ...options, "--", mountpoint]);
  return helper && exitOfSync(helper);
}

/** The helper with `theirs`, which is closed here; `ours` too when there is no helper. */
function startHelper(ours: number, theirs: number, words: readonly string[]): Child | undefined {
  let helper: Child | undefined;
  try {
    helper = start(words, { stdin: theirs, environment: { ...process.env, _FUSE_COMMFD: "0" } });
    return helper;
  } finally {
    close(theirs);
    if (helper === undefined) close(ours);
  }
}

function start(words: readonly string[], options: SpawnOptions = {}): Child | undefined {
  for (const helper of HELPERS) {
    try {
      return spawn([helper, ...words], options);
    } catch (error) {
      if (!(error instanceof SystemError) || error.code !== "ENOENT") throw error;
    }
  }
  return undefined;
}
