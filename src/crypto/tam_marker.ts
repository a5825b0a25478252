import { existsSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { fsPath, isErrno, savePrivateFile } from "./private_file.ts";

const NAME = "tam_required";

/**
 * The memory that a repository's manifest is always authenticated, kept in its security folder (format reference 9.4):
 * it decides for keys that do not say.
 */
export class TamMarker {
  readonly #path: string;

  /** @param folder the repository's security folder */
  constructor(folder: string) {
    this.#path = join(folder, NAME);
  }

  get exists(): boolean {
    return existsSync(fsPath(this.#path));
  }

  /** Follows `config.tam_required` of a verified manifest. */
  remember(required: boolean): void {
    if (required && !this.exists) savePrivateFile(this.#path, new Uint8Array(0));
    if (!required) this.#remove();
  }

  /** ENOENT: there was none. */
  #remove(): void {
    try {
      unlinkSync(fsPath(this.#path));
    } catch (error) {
      if (!isErrno(error, "ENOENT")) throw error;
    }
  }
}
