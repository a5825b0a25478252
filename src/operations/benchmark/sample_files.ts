import { randomFillSync } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fsPath } from "../../crypto/private_file.ts";
import type { Sample } from "./sample.ts";

/** The files of a sample, in a folder of their own. */
export class SampleFiles {
  readonly folder: string;

  /** Makes the folder, which must not be there. */
  constructor(path: string) {
    this.folder = join(path, "borg-test-data");
    mkdirSync(fsPath(this.folder));
  }

  write({ count, size, random }: Sample, checkAbort: () => void): void {
    const content = new Uint8Array(size);
    for (let number = 0; number < count; number++) {
      checkAbort();
      if (random) randomFillSync(content);
      writeFileSync(fsPath(join(this.folder, `file_${number}`)), content);
    }
  }

  remove(): void {
    rmSync(fsPath(this.folder), { recursive: true });
  }
}
