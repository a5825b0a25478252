import { decodeText, encodeText } from "./path_bytes.ts";

/** One entry of a POSIX ACL; `id` counts for named users and groups only. */
export interface AclEntry {
  readonly tag: AclTag;
  readonly permissions: number;
  readonly id: number;
}

/** Tags of the binary form, in the order in which entries must stand. */
const ACL_USER_OBJ = 0x01;
export const ACL_USER = 0x02;
const ACL_GROUP_OBJ = 0x04;
export const ACL_GROUP = 0x08;
const ACL_MASK = 0x10;
const ACL_OTHER = 0x20;
export type AclTag = 0x01 | 0x02 | 0x04 | 0x08 | 0x10 | 0x20;

/** How names and numbers of users and groups translate on this machine. */
export interface AclNames {
  userName(id: number): string | undefined;
  groupName(id: number): string | undefined;
  userId(name: string): number | undefined;
  groupId(name: string): number | undefined;
}

/** No ACL can be read out of this text. */
export class AclTextError extends Error {
  constructor(line: string) {
    super(`not an ACL entry: ${line}`);
    this.name = "AclTextError";
  }
}

const WORDS: Readonly<Record<string, readonly [plain: AclTag, named: AclTag]>> = {
  user: [ACL_USER_OBJ, ACL_USER],
  u: [ACL_USER_OBJ, ACL_USER],
  group: [ACL_GROUP_OBJ, ACL_GROUP],
  g: [ACL_GROUP_OBJ, ACL_GROUP],
  mask: [ACL_MASK, ACL_MASK],
  m: [ACL_MASK, ACL_MASK],
  other: [ACL_OTHER, ACL_OTHER],
  o: [ACL_OTHER, ACL_OTHER],
};

/** The ACL that says the same as the permission bits of `mode`. */
export function aclOfMode(mode: number): AclEntry[] {
  return [
    { tag: ACL_USER_OBJ, permissions: (mode >> 6) & 7, id: 0 },
    { tag: ACL_GROUP_OBJ, permissions: (mode >> 3) & 7, id: 0 },
    { tag: ACL_OTHER, permissions: mode & 7, id: 0 },
  ];
}

/** Text as archives store it (format reference 4.6), lines in the order of the entries. */
export function formatAcl(entries: readonly AclEntry[], names: AclNames, numericIds: boolean): Uint8Array {
  return encodeText(entries.map((entry) => formatEntry(entry, names, numericIds)).join("\n"));
}

/**
 * Entries of stored text in the order the kernel wants. Names count before the numbers stored beside them, unless
 * `numericIds`. Throws AclTextError.
 */
export function parseAcl(text: Uint8Array, names: AclNames, numericIds: boolean): AclEntry[] {
  const lines = decodeText(text).split("\n").map((line) => line.replace(/#.*/s, "").trim()).filter((line) =>
    line !== ""
  );
  return lines.map((line) => parseEntry(line, names, numericIds)).sort((a, b) => a.tag - b.tag || a.id - b.id);
}

function formatEntry({ tag, permissions, id }: AclEntry, names: AclNames, numericIds: boolean): string {
  const rights = formatPermissions(permissions);
  switch (tag) {
    case ACL_USER_OBJ:
      return `user::${rights}`;
    case ACL_GROUP_OBJ:
      return `group::${rights}`;
    case ACL_MASK:
      return `mask::${rights}`;
    case ACL_OTHER:
      return `other::${rights}`;
    case ACL_USER:
      return `user:${formatName(numericIds ? undefined : names.userName(id), id)}:${rights}:${id}`;
    case ACL_GROUP:
      return `group:${formatName(numericIds ? undefined : names.groupName(id), id)}:${rights}:${id}`;
  }
}

function formatPermissions(bits: number): string {
  return (bits & 4 ? "r" : "-") + (bits & 2 ? "w" : "-") + (bits & 1 ? "x" : "-");
}

/** Characters that would break the text stand as a backslash and three octal digits. */
function formatName(name: string | undefined, id: number): string {
  if (name === undefined) return String(id);
  return name.replaceAll(/[:,\s\\]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`);
}

function parseEntry(line: string, names: AclNames, numericIds: boolean): AclEntry {
  const [word = "", name = "", rights = "", stored] = line.split(":").map((field) => field.trim());
  const tags = WORDS[word];
  const permissions = parsePermissions(rights);
  if (tags === undefined || permissions === undefined) throw new AclTextError(line);
  const tag = tags[name === "" ? 0 : 1];
  if (tag !== ACL_USER && tag !== ACL_GROUP) return { tag, permissions, id: 0 };
  const plain = name.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
  const find = tag === ACL_USER ? names.userId : names.groupId;
  const id = (numericIds ? undefined : find(plain)) ?? parseId(stored) ?? parseId(name);
  if (id === undefined) throw new AclTextError(line);
  return { tag, permissions, id };
}

function parsePermissions(text: string): number | undefined {
  if (/^[0-7]$/.test(text)) return Number(text);
  if (!/^[rwx-]{1,3}$/.test(text)) return undefined;
  return (text.includes("r") ? 4 : 0) | (text.includes("w") ? 2 : 0) | (text.includes("x") ? 1 : 0);
}

function parseId(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}
