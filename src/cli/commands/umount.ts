import type { ArgumentParser } from "argparse";
import { BorgError } from "../../errors.ts";
import { unmount } from "../../platform/fuse/unmount.ts";
import type { ArgumentTypes } from "../argument_types.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import type { CommonOptions } from "../options/common.ts";

export interface UmountOptions extends CommonOptions {
  readonly mountpoint: string;
}

const TEXT = `
Takes away the file system that "borg mount" has put there. While something is in use in it, that is refused.

Example:
  borg umount /mnt/borg`;

export const umount: Command<UmountOptions> = {
  name: "umount",
  help: "End a mount",
  epilog: epilog(TEXT, { "1": "it could not be unmounted" }),
  mayBypassLock: true,
  declare,
  run,
};

function declare(parser: ArgumentParser, types: ArgumentTypes): void {
  parser.add_argument("mountpoint", { metavar: "MOUNTPOINT", type: types.path, help: "where it is mounted" });
}

function run({ mountpoint }: UmountOptions, { outcome }: Context): Promise<void> {
  const status = unmount(mountpoint);
  if (status === undefined) {
    throw new BorgError("RTError", ["neither fusermount3 nor fusermount nor umount is installed"]);
  }
  if (status !== 0) outcome.warning();
  return Promise.resolve();
}
