import { normalPath } from "../../encoding/normal_path.ts";

/** A root as the user wrote it: where to walk, and what of the paths is not archived. */
export interface Root {
  readonly path: string;
  /** Ends with a slash, or is empty. */
  readonly strip: string;
}

/** Normalises a root; a `/./` that is not at its start marks what is cut off. */
export function parseRoot(text: string): Root {
  const mark = text.indexOf("/./");
  const strip = mark > 0 ? `${normalPath(text.slice(0, mark))}/` : "";
  return { path: normalPath(text), strip: strip === "//" ? "/" : strip };
}

/**
 * The path that an archive holds: relative, without leading `../`; undefined for a directory above the place where the
 * user cut.
 */
export function archivedPath(path: string, strip: string): string | undefined {
  if (strip !== "" && strip !== `${path}/` && strip.startsWith(`${path}/`)) return undefined;
  const kept = strip === `${path}/` ? "" : path.startsWith(strip) ? path.slice(strip.length) : path;
  const safe = kept.replace(/^(?:(?:\.\.)?\/+)+/, "");
  return safe === "" || safe === ".." ? "." : safe;
}
