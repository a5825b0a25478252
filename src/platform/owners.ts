import { pathArgument } from "./c_string.ts";
import { remembered } from "./remembered.ts";
import { openLibc } from "./libc.ts";
import { lastError } from "./system_error.ts";
import { createUserDatabase } from "./user_database.ts";

const libc = openLibc({
  chown: { args: ["buffer", "u32", "u32"], returns: "i32" },
  lchown: { args: ["buffer", "u32", "u32"], returns: "i32" },
  fchown: { args: ["i32", "u32", "u32"], returns: "i32" },
});
const database = createUserDatabase();

/** Sets owner and group of a path or an open file. */
export function changeOwner(target: string | number, uid: number, gid: number, { nofollow = false } = {}): void {
  if (typeof target === "number") {
    if (libc.fchown(target, uid, gid) < 0) throw lastError("fchown");
    return;
  }
  const path = pathArgument(target);
  if ((nofollow ? libc.lchown(path, uid, gid) : libc.chown(path, uid, gid)) < 0) throw lastError("chown", target);
}

/** The user's name, as the system's user database (NSS) knows it; answers are remembered. */
export const userName: (uid: number) => string | undefined = remembered((uid) => database.userById(uid)?.name);
/** The user's number. */
export const userId: (name: string) => number | undefined = remembered((name) => database.userByName(name)?.id);
/** The home directory of a user, by name or number. */
export const homeOfUser: (user: string | number) => string | undefined = remembered((user) =>
  (typeof user === "number" ? database.userById(user) : database.userByName(user))?.home
);
/** The group's name. */
export const groupName: (gid: number) => string | undefined = remembered((gid) => database.groupById(gid)?.name);
/** The group's number. */
export const groupId: (name: string) => number | undefined = remembered((name) => database.groupByName(name)?.id);
