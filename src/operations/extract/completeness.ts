import type { Item } from "../../archive/item.ts";
import { BackupError } from "../problems.ts";

/** The problem of a file whose missing chunks were replaced by zeros in a repair. */
export function damagedFile(): BackupError {
  return new BackupError("File has damaged (all-zero) chunks. Try running borg check --repair.");
}

/** Throws when a file did not come out as long as its item says. */
export function assertSize(item: Item, length: number): void {
  if (item.size === undefined || item.size === length) return;
  throw new BackupError(`Size inconsistency detected: size ${item.size}, chunks size ${length}`);
}
