/**
 * A path without `.`, double slashes, `x/..` and a slash at its end; two leading slashes stay two, as POSIX has it. (The
 * runtimes' own functions do not keep undecodable bytes: measured, Bun makes U+FFFD of a lone surrogate.)
 */
export function normalPath(path: string): string {
  const root = /^\/{1,2}(?!\/)|^\//.exec(path)?.[0] ?? "";
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    const goesUp = part === ".." && (root !== "" || (parts.length > 0 && parts.at(-1) !== ".."));
    if (goesUp) parts.pop();
    else parts.push(part);
  }
  return root + parts.join("/") || ".";
}
