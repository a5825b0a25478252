import { createDarwinAcls } from "./acls_darwin.ts";
import { createFreebsdAcls } from "./acls_freebsd.ts";
import { aclAttributes, createLinuxAcls } from "./acls_linux.ts";
import { fileType } from "./file_type.ts";
import { forSystem } from "./system.ts";

/** ACLs as archives store them: text, per kind (format reference 4.6). The keys are those of an archive item. */
export interface Acls {
  aclAccess?: Uint8Array;
  aclDefault?: Uint8Array;
  aclNfs4?: Uint8Array;
  aclExtended?: Uint8Array;
}

/** One system's calls. Targets are open files, or paths whose last component is no symbolic link. */
export interface AclCalls {
  read(target: string | number, mode: number, numericIds: boolean): Acls;
  write(target: string | number, acls: Acls, mode: number, numericIds: boolean): void;
}

const calls: AclCalls = forSystem({
  linux: createLinuxAcls,
  darwin: createDarwinAcls,
  freebsd: createFreebsdAcls,
});

/**
 * ACLs as extended attributes, for file systems of our own. Only Linux has them there. Text that is no ACL gives none.
 */
export const attributesOfAcls = forSystem<(acls: Acls, numericIds: boolean) => Map<string, Uint8Array>>({
  linux: () => aclAttributes,
  darwin: () => () => new Map(),
  freebsd: () => () => new Map(),
});

/**
 * The ACLs of an open file or a path of type and permissions `mode`. Empty for symbolic links, for files that have only
 * permission bits, and where the file system has no ACLs.
 */
export function readAcls(target: string | number, mode: number, numericIds = false): Acls {
  return fileType(mode) === "link" ? {} : calls.read(target, mode, numericIds);
}

/**
 * Sets those of the ACLs that this system knows. Nothing happens to symbolic links and where the file system has no ACLs.
 * Text that is no ACL ends in EINVAL.
 */
export function writeAcls(target: string | number, acls: Acls, mode: number, numericIds = false): void {
  if (fileType(mode) !== "link") calls.write(target, acls, mode, numericIds);
}
