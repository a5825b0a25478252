import type { Stat } from "../../platform/stat.ts";
import type { Eventually } from "../eventually.ts";

/** One file system object that the walk came to. */
export interface Source {
  /** As the user spells it, for messages, patterns and system calls. */
  readonly path: string;
  /** The open parent directory and the name in it, where there is one: safer and faster than the path. */
  readonly parent: number | undefined;
  readonly name: string;
  /** What of the path the archive must not hold (`/strip/./keep`), with its last slash; empty = nothing. */
  readonly strip: string;
}

/** What the walk does with the objects that it comes to: they get a status letter, or undefined. */
export interface Visitor {
  /** A directory; called before its children, with the open directory. */
  directory(source: Source, stat: Stat, fd: number): Eventually<string | undefined>;
  /** Anything else. */
  other(source: Source, stat: Stat): Eventually<string | undefined>;
}
