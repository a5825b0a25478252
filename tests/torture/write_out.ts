import { mkdirSync, writeFileSync } from "node:fs";
import { type FileLayer, readWhole } from "../../src/repository/local/files.ts";

/** Writes what is at `path` in memory to `target` on disk. */
export function writeOut(files: FileLayer, path: string, target: string): void {
  mkdirSync(target, { recursive: true });
  for (const name of files.list(path)) {
    const [from, to] = [`${path}/${name}`, `${target}/${name}`];
    if (files.status(from)!.directory) writeOut(files, from, to);
    else writeFileSync(to, readWhole(files, from), { mode: 0o600 });
  }
}
