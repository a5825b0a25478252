import { cString } from "../c_string.ts";
import { type Functions, openLibrary } from "../ffi.ts";
import { duplicate } from "../duplicate.ts";
import { forSystem } from "../system.ts";
import { ArgumentVector } from "./argument_vector.ts";
import { FuseDevice } from "./device.ts";
import { FuseError } from "./errors.ts";
import { fuseArgs } from "./fuse_args.ts";
import type { Mounter } from "./mounted.ts";
import { once } from "./once.ts";

const NAMES = forSystem({
  linux: () => ["libfuse3.so.3", "libfuse3.so.4"],
  // Not run here.
  darwin: () => ["/usr/local/lib/libfuse3.4.dylib", "/usr/local/lib/libfuse3.dylib"],
  freebsd: () => ["libfuse3.so.3", "libfuse3.so.4", "libfuse3.so"],
});

const SIGNATURES = {
  create: { symbol: "fuse_session_new", args: ["buffer", "buffer", "u64", "buffer"], returns: "u64" },
  mount: { symbol: "fuse_session_mount", args: ["u64", "buffer"], returns: "i32" },
  descriptor: { symbol: "fuse_session_fd", args: ["u64"], returns: "i32" },
  unmount: { symbol: "fuse_session_unmount", args: ["u64"], returns: "void" },
  destroy: { symbol: "fuse_session_destroy", args: ["u64"], returns: "void" },
} as const;

/** Lets libfuse 3 mount; the session it makes gets no operations, we read the device ourselves. */
export const mountWithLibfuse3: Mounter = (mountpoint, options) => {
  const libfuse = open();
  if (!libfuse) return undefined;
  const operations = new Uint8Array(new ArrayBuffer(512));
  const words = new ArgumentVector(["borgfs", "-o", options.join(",")]);
  const session = libfuse.create(fuseArgs(words), operations, 0, null);
  if (session === 0n) throw new FuseError("libfuse does not take the mount options");
  if (libfuse.mount(session, cString(mountpoint)) !== 0) {
    libfuse.destroy(session);
    throw new FuseError("libfuse could not mount");
  }
  return { device: new FuseDevice(duplicate(libfuse.descriptor(session))), unmount: once(() => end(libfuse, session)) };
};

function open(): Functions<typeof SIGNATURES> | undefined {
  try {
    return openLibrary(NAMES, SIGNATURES);
  } catch {
    return undefined; // not installed
  }
}

function end(libfuse: Functions<typeof SIGNATURES>, session: bigint): void {
  libfuse.unmount(session);
  libfuse.destroy(session);
}
