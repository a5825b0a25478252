import type { ArgumentGroup } from "argparse";

/** Adds an option without a value. `spellings` is one option string or several. */
export function flag(
  group: Pick<ArgumentGroup, "add_argument">,
  spellings: string | readonly [string, ...string[]],
  dest: string,
  help: string,
): void {
  const [first, ...others] = typeof spellings === "string" ? [spellings] : spellings;
  group.add_argument(first, ...others, { dest, action: "store_true", help });
}
