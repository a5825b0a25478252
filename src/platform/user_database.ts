import { cString } from "./c_string.ts";
import { errorNumber } from "./errno.ts";
import { textAt } from "./foreign_text.ts";
import { openLibc } from "./libc.ts";
import { system } from "./system.ts";
import { SystemError } from "./system_error.ts";

export interface User {
  readonly name: string;
  readonly id: number;
  readonly home: string;
}

export interface Group {
  readonly name: string;
  readonly id: number;
}

export interface UserDatabase {
  userById(id: number): User | undefined;
  userByName(name: string): User | undefined;
  groupById(id: number): Group | undefined;
  groupByName(name: string): Group | undefined;
}

const ERANGE = errorNumber("ERANGE");
/** What lookups answer for "no such entry", beside a null result: the manual pages name all of these. */
const ABSENT = ["ENOENT", "ESRCH", "EBADF", "EPERM"].map(errorNumber);
const LARGEST = 1 << 24;
/** `pw_dir`: macOS and FreeBSD have three more fields before it. */
const HOME_OFFSET = system === "linux" ? 32 : 48;

/** One question: fills the record, its texts and the address of the record (null if there is no entry). */
type Question = (record: Uint8Array, texts: Uint8Array, result: Uint8Array) => number;

/** Users and groups through the C library, so that all of the machine's sources (files, LDAP, …) count. */
export function createUserDatabase(): UserDatabase {
  const libc = openLibc({
    getpwuid_r: { args: ["u32", "buffer", "buffer", "u64", "buffer"], returns: "i32" },
    getpwnam_r: { args: ["buffer", "buffer", "buffer", "u64", "buffer"], returns: "i32" },
    getgrgid_r: { args: ["u32", "buffer", "buffer", "u64", "buffer"], returns: "i32" },
    getgrnam_r: { args: ["buffer", "buffer", "buffer", "u64", "buffer"], returns: "i32" },
  });
  return {
    userById: (id) => ask("getpwuid", user, (r, texts, found) => libc.getpwuid_r(id, r, texts, texts.length, found)),
    userByName: (name) => {
      const key = cString(name);
      return ask("getpwnam", user, (r, texts, found) => libc.getpwnam_r(key, r, texts, texts.length, found));
    },
    groupById: (id) => ask("getgrgid", group, (r, texts, found) => libc.getgrgid_r(id, r, texts, texts.length, found)),
    groupByName: (name) => {
      const key = cString(name);
      return ask("getgrnam", group, (r, texts, found) => libc.getgrnam_r(key, r, texts, texts.length, found));
    },
  };
}

function ask<T>(syscall: string, decode: (record: DataView) => T, question: Question): T | undefined {
  const record = new Uint8Array(new ArrayBuffer(128));
  const result = new Uint8Array(new ArrayBuffer(8));
  for (let size = 4096;; size *= 4) {
    const texts = new Uint8Array(new ArrayBuffer(size));
    const errno = question(record, texts, result);
    if (errno === ERANGE && size < LARGEST) continue;
    if (errno !== 0 && !ABSENT.includes(errno)) throw new SystemError(errno, syscall);
    const found = errno === 0 && new DataView(result.buffer).getBigUint64(0, true) !== 0n;
    const value = found ? decode(new DataView(record.buffer)) : undefined;
    texts.fill(0); // also keeps the array, to which the record points, alive until here
    return value;
  }
}

/** `struct passwd`: char *name, char *password, u32 uid, u32 gid, … char *home. */
function user(record: DataView): User {
  return { ...group(record), home: textAt(record.getBigUint64(HOME_OFFSET, true)) ?? "" };
}

/** `struct group`: char *name, char *password, u32 gid. */
function group(record: DataView): Group {
  return { name: textAt(record.getBigUint64(0, true)) ?? "", id: record.getUint32(16, true) };
}
