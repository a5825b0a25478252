/**
 * A version as the protocol carries it (format reference 10.2): its numbers, then -1 for a release, or the kind of a
 * pre-release (-4 alpha, -3 beta, -2 candidate) and its number.
 */
export type Version = readonly number[];

/** What is assumed of a client or server that does not say its version. */
export const UNKNOWN_VERSION: Version = [1, 0, 8];

/** Since this version messages are laid out by names, and lines of the log are JSON. */
export const NAMED_SINCE: Version = [1, 1, 0];

/** Whether `version` is `other` or comes after it. */
export function isAtLeast(version: Version, other: Version): boolean {
  for (const [i, wanted] of other.entries()) {
    const found = version[i];
    if (found === undefined) return false;
    if (found !== wanted) return found > wanted;
  }
  return true;
}

/** A version as people write it: `1.2.0a4`, `1.4.5`. */
export function versionText(version: Version): string {
  const end = version.findIndex((part) => part < 0);
  if (end < 0) return version.join(".");
  const numbers = version.slice(0, end).join(".");
  const kind = KINDS.get(version[end]!) ?? "";
  return `${numbers}${kind}${version.slice(end + 1).join(".")}`;
}

const KINDS = new Map([[-4, "a"], [-3, "b"], [-2, "rc"], [-9, ".dev"]]);
