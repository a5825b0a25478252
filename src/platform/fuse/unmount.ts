import { exitOfSync, spawn } from "../spawn.ts";
import { forSystem } from "../system.ts";
import { SystemError } from "../system_error.ts";
import { unmountWithFusermount } from "./fusermount.ts";

/**
 * Takes a FUSE file system away, with the helper that may do that for ordinary users, or as mount(8) does; the exit status,
 * undefined when there is neither. What is wrong they say themselves on stderr.
 */
export const unmount: (mountpoint: string) => number | undefined = forSystem({
  linux: () => (mountpoint: string) => unmountWithFusermount(mountpoint) ?? unmountWithUmount(mountpoint),
  darwin: () => unmountWithUmount, // not run here
  freebsd: () => unmountWithUmount, // not run here
});

function unmountWithUmount(mountpoint: string): number | undefined {
  try {
    return exitOfSync(spawn(["umount", "--", mountpoint]));
  } catch (error) {
    if (error instanceof SystemError && error.code === "ENOENT") return undefined;
    throw error;
  }
}
