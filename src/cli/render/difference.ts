import type { Item } from "../../archive/item.ts";
import { displayText } from "../../encoding/path.ts";
import { formatSize } from "../../encoding/size.ts";
import type { Change, Difference } from "../../operations/diff/difference.ts";
import { fileTimeJson, fileTimeMicros, timeText } from "./filetime.ts";
import { jsonLine, type JsonObject } from "./json.ts";
import { modeText } from "./mode.ts";

/** Columns for what has changed, unless that takes more. */
const CHANGES = 19;

/** `+5 B -4 B [-rw-r--r-- -> -rw-------] path`; sizes are in units of 1000 even with `--iec`, as with BorgBackup. */
export function differenceText({ path, changes }: Difference): string {
  const texts = changes.filter(isActual).map(changeText);
  return `${texts.join(" ").padEnd(CHANGES)} ${displayText(path)}`;
}

/** The same as a line of JSON. */
export function differenceJson({ path, changes }: Difference): string {
  return jsonLine({ changes: changes.filter(isActual).map(changeJson), path });
}

/** A file of which only attributes have changed is not called modified, if that is known. */
function isActual(change: Change): boolean {
  return change.type !== "modified" || change.added !== 0 || change.removed !== 0;
}

function changeText(change: Change): string {
  switch (change.type) {
    case "modified":
      return change.added === undefined ? "modified" : sizesText(change.added, change.removed!);
    case "added":
    case "removed":
      return change.type.padEnd(9) + formatSize(change.size).padStart(10);
    case "owner":
      return `[${ownerText(change.before)} -> ${ownerText(change.after)}]`;
    case "mode":
      return `[${modeText(change.before)} -> ${modeText(change.after)}]`;
    case "ctime":
    case "mtime":
      return `[${change.type}: ${fileTimeText(change.before)} -> ${fileTimeText(change.after)}]`;
    default:
      return change.type;
  }
}

function sizesText(added: number, removed: number): string {
  const text = (bytes: number) => formatSize(bytes, { sign: true, precision: 1 }).padStart(9);
  return `${text(added)} ${text(-removed)}`;
}

/** A missing name is shown as BorgBackup shows it. */
function ownerText({ user, group }: Item): string {
  return displayText(`${user ?? "None"}:${group ?? "None"}`);
}

function fileTimeText(nanos: bigint): string {
  return timeText(fileTimeMicros(nanos));
}

/** Keys in ascending order. */
function changeJson(change: Change): JsonObject {
  const { type } = change;
  switch (change.type) {
    case "modified":
      return change.added === undefined ? { type } : { added: change.added, removed: change.removed!, type };
    case "added":
    case "removed":
      return { size: change.size, type };
    case "owner": {
      const { before, after } = change;
      return { new_group: after.group, new_user: after.user, old_group: before.group, old_user: before.user, type };
    }
    case "mode":
      return { new_mode: modeText(change.after), old_mode: modeText(change.before), type };
    case "ctime":
    case "mtime":
      return {
        [`new_${type}`]: fileTimeJson(fileTimeMicros(change.after)),
        [`old_${type}`]: fileTimeJson(fileTimeMicros(change.before)),
        type,
      };
    default:
      return { type };
  }
}
