import { readWhole } from "../../../../src/repository/local/files.ts";
import type { MemoryFiles } from "../../../repository/memory_files.ts";

/** A change that a program has made to files, or a promise about them that it has asked the system for. */
export type Change =
  | { readonly kind: "open"; readonly path: string; readonly truncate: boolean }
  | { readonly kind: "write"; readonly path: string; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: "copy"; readonly path: string; readonly from: string }
  | { readonly kind: "truncate"; readonly path: string; readonly size: number }
  | { readonly kind: "sync"; readonly path: string }
  | { readonly kind: "rename"; readonly path: string; readonly to: string }
  | { readonly kind: "link"; readonly path: string; readonly to: string }
  | { readonly kind: "unlink"; readonly path: string }
  | { readonly kind: "mkdir"; readonly path: string }
  | { readonly kind: "rmdir"; readonly path: string };

/** Makes the change in `files`. */
export function apply(files: MemoryFiles, change: Change): void {
  const { path } = change;
  switch (change.kind) {
    case "open":
      return files.close(files.open(path, files.status(path) && !change.truncate ? "update" : "replace"));
    case "write":
      return within(files, path, (handle) => files.write(handle, [change.bytes], change.at));
    case "copy":
      return copy(files, change.from, path);
    case "truncate":
      return truncate(files, path, change.size);
    case "sync":
      if (files.status(path)!.directory) return files.syncDirectory(path);
      return within(files, path, (handle) => files.sync(handle));
    case "rename":
      return files.rename(path, change.to);
    case "link":
      return files.link(path, change.to);
    case "unlink":
      return files.unlink(path);
    case "mkdir":
      return files.makeDirectory(path);
    case "rmdir":
      return files.removeDirectory(path);
  }
}

function within(files: MemoryFiles, path: string, use: (handle: number) => void): void {
  const handle = files.open(path, "update");
  use(handle);
  files.close(handle);
}

function copy(files: MemoryFiles, from: string, to: string): void {
  const content = readWhole(files, from);
  within(files, to, (handle) => files.write(handle, [content], 0));
}

function truncate(files: MemoryFiles, path: string, size: number): void {
  const content = readWhole(files, path);
  if (content.length === size) return;
  const kept = new Uint8Array(size);
  kept.set(content.subarray(0, size));
  files.empty(path);
  within(files, path, (handle) => files.write(handle, [kept], 0));
}
