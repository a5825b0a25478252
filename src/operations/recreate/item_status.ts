import type { Item } from "../../archive/item.ts";
import { type FileType, fileType } from "../../platform/file_type.ts";

const STATUSES: Partial<Record<FileType, string>> = {
  file: "A",
  directory: "d",
  link: "s",
  fifo: "f",
  character: "c",
  block: "b",
};

/** The status letter of an item that is taken over; names of hard links have that of a file, as with BorgBackup. */
export function itemStatus({ mode }: Pick<Item, "mode">): string {
  return STATUSES[fileType(mode)] ?? "?";
}
