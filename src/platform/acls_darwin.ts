import { withLocalNames, withoutAclNames } from "./acl_fields.ts";
import type { AclCalls } from "./acls.ts";
import { cString, pathArgument } from "./c_string.ts";
import { errno, errorNumber } from "./errno.ts";
import { textAt } from "./foreign_text.ts";
import { openLibc } from "./libc.ts";
import { groupId, userId } from "./owners.ts";
import { decodeText, encodeText } from "./path_bytes.ts";
import { lastError } from "./system_error.ts";

const ACL_TYPE_EXTENDED = 0x100;
/** "No ACL" and "no ACLs here". */
const ABSENT = ["ENOENT", "ENOTSUP", "EOPNOTSUPP"].map(errorNumber);

/** Not run here: the ACL functions of libSystem and their text form. */
export function createDarwinAcls(): AclCalls {
  const libc = openLibc({
    acl_get_link_np: { args: ["buffer", "i32"], returns: "u64" },
    acl_get_fd_np: { args: ["i32", "i32"], returns: "u64" },
    acl_set_link_np: { args: ["buffer", "i32", "u64"], returns: "i32" },
    acl_set_fd_np: { args: ["i32", "u64", "i32"], returns: "i32" },
    acl_to_text: { args: ["u64", "buffer"], returns: "u64" },
    acl_from_text: { args: ["buffer"], returns: "u64" },
    acl_free: { args: ["u64"], returns: "i32" },
  });
  return {
    read: (target, _mode, numericIds) => {
      const acl = typeof target === "number"
        ? libc.acl_get_fd_np(target, ACL_TYPE_EXTENDED)
        : libc.acl_get_link_np(pathArgument(target), ACL_TYPE_EXTENDED);
      if (acl === 0n) {
        if (ABSENT.includes(errno())) return {};
        throw lastError("acl_get");
      }
      const address = libc.acl_to_text(acl, null);
      libc.acl_free(acl);
      if (address === 0n) throw lastError("acl_to_text");
      const text = textAt(address)!;
      libc.acl_free(address);
      return { aclExtended: encodeText(numericIds ? withoutAclNames(text) : text) };
    },
    write: (target, { aclExtended }, _mode, numericIds) => {
      if (aclExtended === undefined) return;
      const stored = decodeText(aclExtended);
      const acl = libc.acl_from_text(cString(numericIds ? stored : withLocalNames(stored, isKnown)));
      if (acl === 0n) throw lastError("acl_from_text");
      const result = typeof target === "number"
        ? libc.acl_set_fd_np(target, acl, ACL_TYPE_EXTENDED)
        : libc.acl_set_link_np(pathArgument(target), ACL_TYPE_EXTENDED, acl);
      const failure = result < 0 && !ABSENT.slice(1).includes(errno()) ? lastError("acl_set") : undefined;
      libc.acl_free(acl);
      if (failure !== undefined) throw failure;
    },
  };
}

function isKnown(kind: "user" | "group", name: string): boolean {
  return (kind === "user" ? userId(name) : groupId(name)) !== undefined;
}
