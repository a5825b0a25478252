import { exitOfSync, spawn } from "../spawn.ts";
import { forSystem } from "../system.ts";
import { unmountWithFusermount } from "./fusermount.ts";

/**
 * Takes a FUSE file system away, with the helper that may do that for ordinary users; its exit status, undefined when there
 * is none. What is wrong it says itself on stderr.
 */
export const unmount: (mountpoint: string) => number | undefined = forSystem({
  linux: () => unmountWithFusermount,
  darwin: () => unmountWithUmount, // not run here
  freebsd: () => unmountWithUmount, // not run here
});

function unmountWithUmount(mountpoint: string): number {
  return exitOfSync(spawn(["umount", mountpoint]));
}
