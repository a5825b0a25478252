import type { Item } from "../../archive/item.ts";
import { clampFileTime } from "../../archive/timestamps.ts";
import { type Acls, readAcls } from "../../platform/acls.ts";
import { readFlags } from "../../platform/flags.ts";
import { groupName, userName } from "../../platform/owners.ts";
import type { Stat } from "../../platform/stat.ts";
import { getXattr, listXattrs, type XattrNames } from "../../platform/xattrs.ts";
import { attempt, isObjectProblem } from "../problems.ts";
import type { Reporter } from "../reporter.ts";

/** Which attributes are stored. */
export interface MetadataOptions {
  readonly numericIds: boolean;
  readonly atime: boolean;
  readonly ctime: boolean;
  readonly birthtime: boolean;
  readonly flags: boolean;
  readonly acls: boolean;
  readonly xattrs: boolean;
}

/** Collects what an archive holds of a file beside its contents (format reference 4.5). */
export class Metadata {
  constructor(private readonly options: MetadataOptions, private readonly reporter: Reporter) {}

  /** The attributes that `stat` tells. */
  item(path: string, stat: Stat): Item {
    const { numericIds, atime, ctime, birthtime } = this.options;
    const item: Item = {
      path,
      mode: stat.mode,
      uid: stat.uid,
      gid: stat.gid,
      user: numericIds ? null : userName(stat.uid) ?? null,
      group: numericIds ? null : groupName(stat.gid) ?? null,
      mtime: clampFileTime(stat.mtime),
    };
    if (atime) item.atime = clampFileTime(stat.atime);
    if (ctime) item.ctime = clampFileTime(stat.ctime);
    if (birthtime && stat.birthtime !== undefined) item.birthtime = clampFileTime(stat.birthtime);
    return item;
  }

  /** Adds flags, extended attributes and ACLs. `handle`: the open file, or its path when it cannot be opened. */
  extend(item: Item, handle: string | number, stat: Stat, path: string): void {
    if (this.options.flags) {
      const flags = this.#warned(path, 0, () => attempt("flags", () => readFlags(handle, stat), path));
      if (flags !== 0) item.bsdflags = flags;
    }
    const none: XattrNames = { names: [], acls: true };
    const names = this.#warned(path, none, () => attempt("listxattr", () => listXattrs(handle), path));
    if (this.options.xattrs && names.names.length > 0) this.#xattrs(item, names.names, handle, path);
    if (this.options.acls && names.acls) {
      const { numericIds } = this.options;
      const nothing: Acls = {};
      const read = () => attempt("acl_get", () => readAcls(handle, stat.mode, numericIds), path);
      Object.assign(item, this.#warned(path, nothing, read));
    }
  }

  #xattrs(item: Item, names: readonly string[], handle: string | number, path: string): void {
    const xattrs = new Map<string, Uint8Array>();
    for (const name of names) {
      const get = () => attempt(`reading extended attribute ${name}`, () => getXattr(handle, name), path);
      const value = this.#warned<Uint8Array | undefined>(path, undefined, get);
      if (value) xattrs.set(name, value);
    }
    if (xattrs.size > 0) item.xattrs = xattrs;
  }

  /** What cannot be read is a warning, and `otherwise` is stored: nothing else of the file is lost. */
  #warned<T>(path: string, otherwise: T, action: () => T): T {
    try {
      return action();
    } catch (error) {
      if (!isObjectProblem(error)) throw error;
      this.reporter.warning(error, path);
      return otherwise;
    }
  }
}
