/** The path without its first `count` components; undefined when nothing is left of it. */
export function stripComponents(path: string, count: number): string | undefined {
  if (count === 0) return path;
  const rest = path.split("/").slice(count).join("/");
  return rest === "" ? undefined : rest;
}
