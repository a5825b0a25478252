import { groupId, userId } from "../platform/owners.ts";
import { CommandError } from "./usage_problem.ts";

/** What `-o` asks for. */
export interface MountSwitches {
  readonly versions: boolean;
  readonly allowDamagedFiles: boolean;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly umask: number;
  /** What goes to the kernel and to libfuse. */
  readonly fuse: readonly string[];
}

/** Words of an fstab line that are for mount(8) alone. */
const FSTAB_WORDS = /^(auto|noauto|user|nouser|users|group|owner|defaults|nofail|_netdev|rw|comment=.*|x-.*)$/;

const SWITCHES = ["versions", "allow_damaged_files", "ignore_permissions"];
const VALUES = ["uid", "gid", "umask"];

/** Takes the comma-separated words after `-o` apart. Throws CommandError on a value that means nothing. */
export function parseMountOptions(texts: readonly string[]): MountSwitches {
  const words = texts.flatMap((text) => text.split(",")).filter((word) => word !== "");
  const value = (name: string) => words.findLast((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
  const enforced = words.includes("ignore_permissions") ? [] : ["default_permissions"];
  return {
    versions: words.includes("versions"),
    allowDamagedFiles: words.includes("allow_damaged_files"),
    uid: idOf("uid", value("uid"), userId),
    gid: idOf("gid", value("gid"), groupId),
    umask: octal(value("umask") ?? "0"),
    fuse: [...words.filter(isForFuse), "fsname=borgfs", ...enforced, "ro"],
  };
}

function isForFuse(word: string): boolean {
  return !SWITCHES.includes(word) && !VALUES.includes(word.split("=")[0]!) && !FSTAB_WORDS.test(word);
}

function idOf(name: string, text: string | undefined, find: (name: string) => number | undefined): number | undefined {
  if (text === undefined) return undefined;
  const id = /^\d+$/.test(text) ? Number(text) : find(text);
  if (id === undefined) throw new CommandError(`mount option ${name}: ${text} is not known here`);
  return id;
}

function octal(text: string): number {
  if (!/^[0-7]+$/.test(text)) throw new CommandError(`mount option umask: ${text} is not an octal number`);
  return Number.parseInt(text, 8);
}
