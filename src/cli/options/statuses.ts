import type { ArgumentGroup } from "argparse";
import { flag } from "./flag.ts";
import { OnlyOnce } from "./only_once.ts";

/** `--list` and `--filter` of commands that show a status letter before each path. */
export function addStatuses(group: Pick<ArgumentGroup, "add_argument">): void {
  flag(group, "--list", "list", "show each path with what was done about it");
  group.add_argument("--filter", {
    dest: "filter",
    action: OnlyOnce,
    metavar: "STATUSCHARS",
    help: "of these, show only paths with one of the letters STATUSCHARS",
  });
}
