import type { Item } from "../archive/item.ts";
import { groupId, userId } from "../platform/owners.ts";

export interface OwnershipOptions {
  /** Go by numbers, not by names. */
  readonly numericIds: boolean;
  /** The owner and group of everything, instead of what the archive says. */
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

/** Who owns an item on this machine: by name where that is known here, by number otherwise. */
export function ownerOf({ uid, gid, user, group }: Item, options: OwnershipOptions): { uid: number; gid: number } {
  const named = !options.numericIds;
  return {
    uid: options.uid ?? (named && user !== null ? userId(user) : undefined) ?? uid,
    gid: options.gid ?? (named && group !== null ? groupId(group) : undefined) ?? gid,
  };
}
