import process from "node:process";
import { cString, pathArgument } from "../c_string.ts";
import { constants, O_RDWR } from "../constants.ts";
import { close } from "../file.ts";
import { openLibc } from "../libc.ts";
import { lastError } from "../system_error.ts";
import { FuseDevice } from "./device.ts";
import { FuseError } from "./errors.ts";
import type { Mounter } from "./mounted.ts";
import { once } from "./once.ts";

const MS_RDONLY = 1;
const MS_NOSUID = 2;
const MS_NODEV = 4;
const MNT_DETACH = 2;

const ROOT_MODE = "40000";

/** Options that mount(2) wants as flags; what the kernel's FUSE takes as text goes to it. */
const FLAGS: Readonly<Record<string, number>> = { ro: MS_RDONLY, nosuid: MS_NOSUID, nodev: MS_NODEV, noexec: 8 };

const libc = openLibc({
  open: { args: ["buffer", "i32"], returns: "i32" },
  mount: { args: ["buffer", "buffer", "buffer", "u64", "buffer"], returns: "i32" },
  umount2: { args: ["buffer", "i32"], returns: "i32" },
});

/** Mounts by the system call itself, which needs no helper and takes root. */
export const mountDirectly: Mounter = (mountpoint, options) => {
  if (process.geteuid?.() !== 0) return undefined;
  const descriptor = libc.open(pathArgument("/dev/fuse"), O_RDWR | constants.O_CLOEXEC);
  if (descriptor < 0) throw new FuseError(lastError("open", "/dev/fuse").message);
  const { source, flags, data } = translate(options, descriptor);
  if (libc.mount(cString(source), cString(mountpoint), cString("fuse"), flags, cString(data)) < 0) {
    const failure = lastError("mount", mountpoint);
    close(descriptor);
    throw new FuseError(failure.message);
  }
  return { device: new FuseDevice(descriptor), unmount: once(() => unmountDirectly(mountpoint, MNT_DETACH)) };
};

/** Takes a file system away; 0 as flags refuses while it is in use. */
export function unmountDirectly(mountpoint: string, flags = 0): void {
  if (libc.umount2(pathArgument(mountpoint), flags) < 0) throw lastError("umount", mountpoint);
}

function translate(options: readonly string[], descriptor: number): { source: string; flags: number; data: string } {
  let source = "fuse";
  let flags = MS_NOSUID | MS_NODEV;
  const data = [`fd=${descriptor}`, `rootmode=${ROOT_MODE}`, "user_id=0", `group_id=${process.getegid?.() ?? 0}`];
  for (const option of options) {
    const flag = FLAGS[option];
    if (option.startsWith("fsname=")) source = option.slice("fsname=".length);
    else if (flag !== undefined) flags |= flag;
    else data.push(option);
  }
  return { source, flags, data: data.join(",") };
}
