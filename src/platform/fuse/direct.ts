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

const MNT_DETACH = 2;

const ROOT_MODE = "40000";

/** Options that mount(2) wants as flags (sys/mount.h); what the kernel's FUSE takes as text goes to it. */
const FLAGS: Readonly<Record<string, number>> = {
  ro: 1,
  nosuid: 2,
  nodev: 4,
  noexec: 8,
  sync: 16,
  dirsync: 128,
  noatime: 1024,
  nodiratime: 2048,
};
/** What takes a flag back. */
const OPPOSITES: Readonly<Record<string, string>> = {
  rw: "ro",
  suid: "nosuid",
  dev: "nodev",
  exec: "noexec",
  async: "sync",
  atime: "noatime",
  diratime: "nodiratime",
};

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
  return { device: new FuseDevice(descriptor), unmount: once(() => detach(mountpoint)) };
};

/** Takes a file system away as soon as nobody uses it any more. */
function detach(mountpoint: string): void {
  if (libc.umount2(pathArgument(mountpoint), MNT_DETACH) < 0) throw lastError("umount", mountpoint);
}

interface Translated {
  readonly source: string;
  readonly flags: number;
  readonly data: string;
}

function translate(options: readonly string[], descriptor: number): Translated {
  const data = [`fd=${descriptor}`, `rootmode=${ROOT_MODE}`, "user_id=0", `group_id=${process.getegid?.() ?? 0}`];
  const flags = new Set(["nosuid", "nodev"]);
  let source = "fuse";
  for (const option of options) {
    if (option.startsWith("fsname=")) source = option.slice("fsname=".length);
    else if (Object.hasOwn(FLAGS, option)) flags.add(option);
    else if (Object.hasOwn(OPPOSITES, option)) flags.delete(OPPOSITES[option]!);
    else data.push(option);
  }
  return { source, flags: [...flags].reduce((all, name) => all | FLAGS[name]!, 0), data: data.join(",") };
}
