import { cString } from "../c_string.ts";
import { duplicate } from "../duplicate.ts";
import { type Functions, openLibrary } from "../ffi.ts";
import { forSystem } from "../system.ts";
import { ArgumentVector } from "./argument_vector.ts";
import { FuseDevice } from "./device.ts";
import { FuseError } from "./errors.ts";
import { fuseArgs } from "./fuse_args.ts";
import type { Mounter } from "./mounted.ts";
import { once } from "./once.ts";

const NAMES = forSystem({
  linux: () => ["libfuse.so.2"],
  // Not run here: macFUSE, FUSE-T.
  darwin: () => ["/usr/local/lib/libfuse.2.dylib", "/usr/local/lib/libfuse-t.dylib"],
  freebsd: () => ["libfuse.so.2", "libfuse.so"],
});

const SIGNATURES = {
  mount: { symbol: "fuse_mount", args: ["buffer", "buffer"], returns: "u64" },
  descriptor: { symbol: "fuse_chan_fd", args: ["u64"], returns: "i32" },
  unmount: { symbol: "fuse_unmount", args: ["buffer", "u64"], returns: "void" },
} as const;

/** Lets libfuse 2 mount. */
export const mountWithLibfuse2: Mounter = (mountpoint, options) => {
  const libfuse = open();
  if (!libfuse) return undefined;
  const words = new ArgumentVector(["borgfs", "-o", options.join(",")]);
  const channel = libfuse.mount(cString(mountpoint), fuseArgs(words));
  if (channel === 0n) throw new FuseError("libfuse could not mount");
  const device = new FuseDevice(duplicate(libfuse.descriptor(channel)));
  return { device, unmount: once(() => libfuse.unmount(cString(mountpoint), channel)) };
};

function open(): Functions<typeof SIGNATURES> | undefined {
  try {
    return openLibrary(NAMES, SIGNATURES);
  } catch {
    return undefined; // not installed
  }
}
