import { breakLocks } from "../../operations/break_lock.ts";
import type { Command } from "../command.ts";
import { epilog } from "../epilog.ts";
import { hostOf } from "../host.ts";
import type { CommonOptions } from "../options/common.ts";
import { addRepository, type LocationOptions } from "../options/location.ts";

export interface BreakLockOptions extends CommonOptions, LocationOptions {}

const TEXT = `
Removes the locks of a repository and of its cache on this machine. Do this only when no other borg, on whatever machine,
uses either of them: what two write at once is damaged. Locks of processes that have ended on this machine are removed
without it.`;

export const breakLock: Command<BreakLockOptions> = {
  name: "break-lock",
  help: "Remove the locks of a repository and its cache",
  epilog: epilog(TEXT),
  declare: (parser, types) => addRepository(parser, types, "whose locks to remove"),
  run: ({ location }, context) => breakLocks(hostOf(context), location),
};
