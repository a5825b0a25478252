import { forSystem } from "../system.ts";
import { mountDirectly } from "./direct.ts";
import { FuseError } from "./errors.ts";
import { mountWithFusermount } from "./fusermount.ts";
import { mountWithLibfuse2 } from "./libfuse2.ts";
import { mountWithLibfuse3 } from "./libfuse3.ts";
import type { Mounted, Mounter } from "./mounted.ts";

const LIBRARIES = { libfuse3: mountWithLibfuse3, libfuse2: mountWithLibfuse2 };

/** Every way to mount that this system may have, in the order in which they are tried. */
const MOUNTERS: Readonly<Record<string, Mounter>> = forSystem<Record<string, Mounter>>({
  linux: () => ({ ...LIBRARIES, direct: mountDirectly, fusermount: mountWithFusermount }),
  darwin: () => LIBRARIES,
  freebsd: () => LIBRARIES,
});

/** What the implementations of BorgBackup are called, and what does their job here. */
const ALIASES: Readonly<Record<string, string>> = { pyfuse3: "libfuse3", llfuse: "libfuse2" };

/**
 * Mounts a FUSE file system.
 *
 * @param options what goes to the kernel and to libfuse, as after `-o`
 * @param wanted names of the ways to try, in this order; all when there are none
 */
export function mountFuse(mountpoint: string, options: readonly string[], wanted: readonly string[] = []): Mounted {
  for (const name of wanted.length > 0 ? wanted : Object.keys(MOUNTERS)) {
    const mounted = MOUNTERS[ALIASES[name] ?? name]?.(mountpoint, options);
    if (mounted) return mounted;
  }
  throw new FuseError("no way to mount: neither libfuse nor fusermount is here");
}
