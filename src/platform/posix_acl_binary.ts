import { ACL_GROUP, ACL_USER, type AclEntry, type AclTag } from "./posix_acl.ts";

const VERSION = 2;
const HEADER = 4;
const ENTRY = 8;
const NO_ID = 0xffffffff;

/**
 * Entries of the kernel's form: u32 version 2, then per entry u16 tag, u16 permissions, u32 id, all little-endian. Throws
 * RangeError on another version or length.
 */
export function decodePosixAcl(bytes: Uint8Array): AclEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < HEADER || view.getUint32(0, true) !== VERSION || (bytes.length - HEADER) % ENTRY !== 0) {
    throw new RangeError("not an ACL of version 2");
  }
  const entries: AclEntry[] = [];
  for (let offset = HEADER; offset < bytes.length; offset += ENTRY) {
    entries.push({
      tag: view.getUint16(offset, true) as AclTag,
      permissions: view.getUint16(offset + 2, true),
      id: view.getUint32(offset + 4, true),
    });
  }
  return entries;
}

/** The kernel's form of entries that are in its order. */
export function encodePosixAcl(entries: readonly AclEntry[]): Uint8Array {
  const bytes = new Uint8Array(new ArrayBuffer(HEADER + ENTRY * entries.length));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, VERSION, true);
  entries.forEach(({ tag, permissions, id }, index) => {
    const offset = HEADER + ENTRY * index;
    view.setUint16(offset, tag, true);
    view.setUint16(offset + 2, permissions, true);
    view.setUint32(offset + 4, tag === ACL_USER || tag === ACL_GROUP ? id : NO_ID, true);
  });
  return bytes;
}
