import type { Item } from "../archive/item.ts";
import { attributesOfAcls } from "../platform/acls.ts";

/** Whether an item has extended attributes, without looking at what they are. */
export function hasXattrs({ xattrs, aclAccess, aclDefault }: Item): boolean {
  return (xattrs?.size ?? 0) > 0 || aclAccess !== undefined || aclDefault !== undefined;
}

/** The extended attributes of an item; its ACLs are among them, as they are on a file. */
export function xattrsOf(item: Item, numericIds: boolean): Map<string, Uint8Array> {
  return new Map([...item.xattrs ?? [], ...attributesOfAcls(item, numericIds)]);
}
