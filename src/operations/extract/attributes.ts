import type { Item } from "../../archive/item.ts";
import { clampFileTime } from "../../archive/timestamps.ts";
import { writeAcls } from "../../platform/acls.ts";
import { fileType } from "../../platform/file_type.ts";
import { writeFlags } from "../../platform/flags.ts";
import { changeMode } from "../../platform/modes.ts";
import { changeOwner, groupId, userId } from "../../platform/owners.ts";
import { setTimes } from "../../platform/times.ts";
import { setXattr } from "../../platform/xattrs.ts";
import { attempt, BackupOSError, isObjectProblem } from "../problems.ts";
import type { Reporter } from "../reporter.ts";

/** Which attributes are restored. */
export interface AttributeOptions {
  readonly numericIds: boolean;
  readonly flags: boolean;
  readonly acls: boolean;
  readonly xattrs: boolean;
}

/** An open file where there is one, else its path. Links are not followed. */
type Handle = string | number;

/** Gives files the attributes of their items, in the order of format reference 4.10. */
export class Attributes {
  constructor(private readonly options: AttributeOptions, private readonly reporter: Reporter) {}

  /** What cannot be set is a warning each; the others are set all the same. */
  restore(item: Item, path: string, descriptor?: number): void {
    const handle = descriptor ?? path;
    const isLink = fileType(item.mode) === "link";
    this.#warn(path, () => this.#owner(item, handle, path));
    if (!isLink) this.#warn(path, () => attempt("chmod", () => changeMode(handle, item.mode), path));
    if (this.options.acls) this.#warn(path, () => this.#acls(item, handle, path));
    if (this.options.xattrs) this.#xattrs(item, handle, path);
    this.#warn(path, () => this.#times(item, handle, path));
    if (this.options.flags && item.bsdflags !== undefined) {
      this.#warn(path, () => attempt("set_flags", () => writeFlags(handle, item.bsdflags!), path));
    }
  }

  /** By name first, since numbers may mean somebody else here. An ordinary user may not give files away: no problem. */
  #owner(item: Item, handle: Handle, path: string): void {
    const { numericIds } = this.options;
    const uid = (numericIds || item.user === null ? undefined : userId(item.user)) ?? item.uid;
    const gid = (numericIds || item.group === null ? undefined : groupId(item.group)) ?? item.gid;
    try {
      attempt("chown", () => changeOwner(handle, Math.max(uid, 0), Math.max(gid, 0), { nofollow: true }), path);
    } catch (error) {
      if (!(error instanceof BackupOSError) || !["EPERM", "EINVAL"].includes(error.system.code)) throw error;
    }
  }

  #acls(item: Item, handle: Handle, path: string): void {
    if (
      item.aclAccess === undefined && item.aclDefault === undefined && item.aclNfs4 === undefined &&
      item.aclExtended === undefined
    ) return;
    attempt("acl_set", () => writeAcls(handle, item, item.mode, this.options.numericIds), path);
  }

  #xattrs({ xattrs }: Item, handle: Handle, path: string): void {
    for (const [name, value] of xattrs ?? []) {
      this.#warn(path, () => attempt(`setting extended attribute ${name}`, () => setXattr(handle, name, value), path));
    }
  }

  /** A birth time is set as modification time first: the systems that have one move it back to that. */
  #times(item: Item, handle: Handle, path: string): void {
    const mtime = clampFileTime(item.mtime);
    const atime = clampFileTime(item.atime ?? item.mtime);
    if (item.birthtime !== undefined) {
      const birth = clampFileTime(item.birthtime);
      attempt("utime", () => setTimes(handle, atime, birth, { nofollow: true }), path);
    }
    attempt("utime", () => setTimes(handle, atime, mtime, { nofollow: true }), path);
  }

  #warn(path: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!isObjectProblem(error)) throw error;
      this.reporter.warning(error, path);
    }
  }
}
