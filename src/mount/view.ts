import { encodeText } from "../encoding/path.ts";
import type { PatternMatcher } from "../selection/matcher.ts";
import type { AttributeOptions, Attributes } from "./attributes.ts";
import { LONGEST_NAME } from "./protocol.ts";

/** No name of so many UTF-16 units takes more than LONGEST_NAME bytes. */
const SHORT_NAME = Math.floor(LONGEST_NAME / 3);

/** Which items are shown and how. */
export interface View extends AttributeOptions {
  /** Patterns remember what they matched, so each archive gets its own. */
  readonly matcher: () => PatternMatcher;
  /** Leading path components that are dropped; items with no more than that are left out. */
  readonly stripComponents: number;
  /** Whether part items and not just whole files are shown. */
  readonly considerParts: boolean;
  /** What directories have that no item describes. */
  readonly directory: Attributes;
}

/**
 * The names on the way to an item; undefined when they cannot be shown. An archive is not trusted: `..` would lead elsewhere,
 * and the kernel takes a whole directory for broken when it has an entry with too long a name.
 */
export function namesOf(path: string): string[] | undefined {
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  return names.every(isName) ? names : undefined;
}

/** Whether an entry of a directory can have that name. */
export function isName(name: string): boolean {
  if (name === "" || name === "." || name === ".." || /[\0/]/.test(name)) return false;
  return name.length <= SHORT_NAME || encodeText(name).length <= LONGEST_NAME;
}
