import type { AclCalls, Acls } from "./acls.ts";
import { fileType } from "./file_type.ts";
import { groupId, groupName, userId, userName } from "./owners.ts";
import { type AclEntry, aclOfMode, AclTextError, formatAcl, parseAcl } from "./posix_acl.ts";
import { decodePosixAcl, encodePosixAcl } from "./posix_acl_binary.ts";
import { SystemError } from "./system_error.ts";
import { getXattr, setXattr } from "./xattrs.ts";

const ACCESS = "system.posix_acl_access";
const DEFAULT = "system.posix_acl_default";
const names = { userName, userId, groupName, groupId };

/**
 * The kernel keeps ACLs in two attributes and checks what is written to them, so that no ACL library is needed. An ACL of
 * three entries says no more than the permission bits and is not kept.
 */
export function createLinuxAcls(): AclCalls {
  return {
    read: (target, mode, numericIds) => {
      const access = readEntries(target, ACCESS);
      const isDirectory = fileType(mode) === "directory";
      const inherited = isDirectory ? readEntries(target, DEFAULT) : undefined;
      if ((access?.length ?? 0) <= 3 && inherited === undefined) return {};
      const acls: Acls = { aclAccess: formatAcl(access ?? aclOfMode(mode), names, numericIds) };
      if (isDirectory) acls.aclDefault = formatAcl(inherited ?? [], names, numericIds);
      return acls;
    },
    write: (target, { aclAccess, aclDefault }, mode, numericIds) => {
      if (aclAccess !== undefined) writeText(target, ACCESS, aclAccess, numericIds);
      if (aclDefault !== undefined && fileType(mode) === "directory") {
        writeText(target, DEFAULT, aclDefault, numericIds);
      }
    },
  };
}

/**
 * The attributes in which the kernel has ACLs, as they would be on a file of this system. Text that is no ACL gives none.
 */
export function aclAttributes({ aclAccess, aclDefault }: Acls, numericIds: boolean): Map<string, Uint8Array> {
  const attributes = new Map<string, Uint8Array>();
  const access = aclAccess && entriesOf(aclAccess, numericIds);
  if (access && access.length > 3) attributes.set(ACCESS, encodePosixAcl(access));
  const inherited = aclDefault && entriesOf(aclDefault, numericIds);
  if (inherited && inherited.length > 0) attributes.set(DEFAULT, encodePosixAcl(inherited));
  return attributes;
}

function entriesOf(text: Uint8Array, numericIds: boolean): AclEntry[] | undefined {
  try {
    return parseAcl(text, names, numericIds);
  } catch (error) {
    if (error instanceof AclTextError) return undefined;
    throw error;
  }
}

function readEntries(target: string | number, name: string): AclEntry[] | undefined {
  const bytes = getXattr(target, name);
  return bytes === undefined ? undefined : decodePosixAcl(bytes);
}

/** An ACL without entries removes the default ACL. */
function writeText(target: string | number, name: string, text: Uint8Array, numericIds: boolean): void {
  try {
    setXattr(target, name, encodePosixAcl(parseAcl(text, names, numericIds)));
  } catch (error) {
    if (error instanceof AclTextError) throw SystemError.named("EINVAL", "setxattr", pathOf(target));
    if (!(error instanceof SystemError && error.code === "ENOTSUP")) throw error;
  }
}

function pathOf(target: string | number): string | undefined {
  return typeof target === "string" ? target : undefined;
}
