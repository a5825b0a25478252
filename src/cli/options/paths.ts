import type { ArgumentGroup, ArgumentParser } from "argparse";
import type { PatternFile } from "../../selection/pattern_file.ts";
import type { ArgumentTypes } from "../argument_types.ts";

/** What of an archive, or of the file system, is meant. */
export interface PathOptions {
  readonly paths: readonly string[];
  /** What each of the options adds, in the order of the command line. */
  readonly patterns: readonly PatternFile[];
}

export interface TagOptions {
  readonly excludeCaches: boolean;
  readonly excludeIfPresent: readonly string[];
  readonly keepExcludeTags: boolean;
}

/** The PATH arguments and the options that choose among them by patterns; returns the group for more of the kind. */
export function addPaths(parser: ArgumentParser, types: ArgumentTypes, purpose: string): ArgumentGroup {
  parser.add_argument("paths", { metavar: "PATH", nargs: "*", type: types.path, help: purpose });
  const group = parser.add_argument_group("Include/Exclude options");
  const add = (flags: [string, ...string[]], type: (text: string) => PatternFile, metavar: string, help: string) =>
    group.add_argument(...flags, { dest: "patterns", action: "append", type, default: [], metavar, help });
  add(["-e", "--exclude"], types.exclude, "PATTERN", "leave out paths that match PATTERN");
  add(
    ["--exclude-from"],
    types.excludeFrom,
    "EXCLUDEFILE",
    "read patterns to leave out from EXCLUDEFILE, one per line",
  );
  add(["--pattern"], types.pattern, "PATTERN", "include or leave out paths that match PATTERN");
  add(["--patterns-from"], types.patternsFrom, "PATTERNFILE", "read such patterns from PATTERNFILE, one per line");
  return group;
}

/** The options that leave out directories because of what lies in them. */
export function addTagExclusions(group: ArgumentGroup, types: ArgumentTypes): void {
  group.add_argument("--exclude-caches", {
    dest: "excludeCaches",
    action: "store_true",
    help: "leave out directories with a CACHEDIR.TAG file (https://www.bford.info/cachedir/spec.html)",
  });
  group.add_argument("--exclude-if-present", {
    dest: "excludeIfPresent",
    action: "append",
    type: types.path,
    default: [],
    metavar: "NAME",
    help: "leave out directories in which something is called NAME",
  });
  group.add_argument("--keep-exclude-tags", {
    dest: "keepExcludeTags",
    action: "store_true",
    help: "of directories left out that way, keep what marks them",
  });
}

/** `--strip-components`, which belongs to the same group. */
export function addStripComponents(group: ArgumentGroup, types: ArgumentTypes): void {
  group.add_argument("--strip-components", {
    dest: "stripComponents",
    type: types.integer,
    default: 0,
    metavar: "NUMBER",
    help: "take off this many leading parts of each path; shorter paths are passed over",
  });
}
