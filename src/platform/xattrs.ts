import { forSystem } from "./system.ts";
import { createDarwinXattrs } from "./xattrs_darwin.ts";
import { createFreebsdXattrs } from "./xattrs_freebsd.ts";
import { createLinuxXattrs } from "./xattrs_linux.ts";

/** What a file has beside its content. */
export interface XattrNames {
  /** Names as archives store them (format reference 4.8). */
  readonly names: readonly string[];
  /** False when the system's list proves that there is no ACL, so that `readAcls` need not be called. */
  readonly acls: boolean;
}

/** One system's calls. Targets are open files, or paths whose last component is not followed. */
export interface XattrCalls {
  list(target: string | number): XattrNames;
  get(target: string | number, name: string): Uint8Array | undefined;
  set(target: string | number, name: string, value: Uint8Array): void;
}

const calls: XattrCalls = forSystem({
  linux: createLinuxXattrs,
  darwin: createDarwinXattrs,
  freebsd: createFreebsdXattrs,
});

/** The attributes of an open file or a path (links are not followed); none where the file system has no attributes. */
export function listXattrs(target: string | number): XattrNames {
  return calls.list(target);
}

/** One attribute's value, in an array of its own; undefined when the file has none of that name. */
export function getXattr(target: string | number, name: string): Uint8Array | undefined {
  return calls.get(target, name);
}

/** Creates or replaces one attribute. */
export function setXattr(target: string | number, name: string, value: Uint8Array): void {
  calls.set(target, name, value);
}
