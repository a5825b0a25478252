import { withNfs4Ids, withPosixIds } from "./acl_fields.ts";
import type { AclCalls, Acls } from "./acls.ts";
import { cString, pathArgument } from "./c_string.ts";
import { errno, errorNumber } from "./errno.ts";
import { fileType } from "./file_type.ts";
import { textAt } from "./foreign_text.ts";
import { openLibc } from "./libc.ts";
import { decodeText, encodeText } from "./path_bytes.ts";
import { lastError } from "./system_error.ts";

const ACL_TYPE_ACCESS = 2;
const ACL_TYPE_DEFAULT = 3;
const ACL_TYPE_NFS4 = 4;
const ACL_TEXT_NUMERIC_IDS = 0x02;
const ACL_TEXT_APPEND_ID = 0x04;
const PC_ACL_EXTENDED = 59;
const PC_ACL_NFS4 = 64;
/** What file systems without (this kind of) ACLs answer. */
const UNSUPPORTED = ["ENOTSUP", "EINVAL"].map(errorNumber);

type Libc = ReturnType<typeof link>;

/** Not run here: the ACL functions of FreeBSD's C library. */
export function createFreebsdAcls(): AclCalls {
  const libc = link();
  return {
    read: (target, mode, numericIds) => {
      const flags = ACL_TEXT_APPEND_ID | (numericIds ? ACL_TEXT_NUMERIC_IDS : 0);
      const acls: Acls = {};
      if (answers(libc, target, PC_ACL_NFS4)) {
        put(acls, "aclNfs4", readText(libc, target, ACL_TYPE_NFS4, flags));
      } else if (answers(libc, target, PC_ACL_EXTENDED)) {
        put(acls, "aclAccess", readText(libc, target, ACL_TYPE_ACCESS, flags));
        if (fileType(mode) === "directory") put(acls, "aclDefault", readText(libc, target, ACL_TYPE_DEFAULT, flags));
      }
      return acls;
    },
    write: (target, acls, mode, numericIds) => {
      const text = (stored: Uint8Array, useIds: (text: string) => string) =>
        numericIds ? useIds(decodeText(stored)) : decodeText(stored);
      const { aclNfs4, aclAccess, aclDefault } = acls;
      if (aclNfs4 !== undefined) writeText(libc, target, ACL_TYPE_NFS4, text(aclNfs4, withNfs4Ids));
      if (aclAccess !== undefined) writeText(libc, target, ACL_TYPE_ACCESS, text(aclAccess, withPosixIds));
      if (aclDefault !== undefined && fileType(mode) === "directory") {
        writeText(libc, target, ACL_TYPE_DEFAULT, text(aclDefault, withPosixIds));
      }
    },
  };
}

function link() {
  return openLibc({
    lpathconf: { args: ["buffer", "i32"], returns: "i64" },
    fpathconf: { args: ["i32", "i32"], returns: "i64" },
    acl_get_link_np: { args: ["buffer", "i32"], returns: "u64" },
    acl_get_fd_np: { args: ["i32", "i32"], returns: "u64" },
    acl_set_link_np: { args: ["buffer", "i32", "u64"], returns: "i32" },
    acl_set_fd_np: { args: ["i32", "u64", "i32"], returns: "i32" },
    acl_to_text_np: { args: ["u64", "buffer", "i32"], returns: "u64" },
    acl_from_text: { args: ["buffer"], returns: "u64" },
    acl_free: { args: ["u64"], returns: "i32" },
  });
}

function answers(libc: Libc, target: string | number, question: number): boolean {
  const answer = typeof target === "number"
    ? libc.fpathconf(target, question)
    : libc.lpathconf(pathArgument(target), question);
  if (answer < 0n && !UNSUPPORTED.includes(errno())) throw lastError("pathconf");
  return answer > 0n;
}

function put(acls: Acls, key: keyof Acls, text: string | undefined): void {
  if (text !== undefined) acls[key] = encodeText(text);
}

function readText(libc: Libc, target: string | number, type: number, flags: number): string | undefined {
  const acl = typeof target === "number"
    ? libc.acl_get_fd_np(target, type)
    : libc.acl_get_link_np(pathArgument(target), type);
  if (acl === 0n) {
    if (UNSUPPORTED.includes(errno())) return undefined;
    throw lastError("acl_get");
  }
  const address = libc.acl_to_text_np(acl, null, flags);
  libc.acl_free(acl);
  if (address === 0n) throw lastError("acl_to_text_np");
  const text = textAt(address);
  libc.acl_free(address);
  return text;
}

function writeText(libc: Libc, target: string | number, type: number, text: string): void {
  const acl = libc.acl_from_text(cString(text));
  if (acl === 0n) throw lastError("acl_from_text");
  const result = typeof target === "number"
    ? libc.acl_set_fd_np(target, acl, type)
    : libc.acl_set_link_np(pathArgument(target), type, acl);
  const failure = result < 0 && errno() !== errorNumber("ENOTSUP") ? lastError("acl_set") : undefined;
  libc.acl_free(acl);
  if (failure !== undefined) throw failure;
}
