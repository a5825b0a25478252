import { encodeText } from "../../encoding/path.ts";
import type { FileLayer } from "./files.ts";

/** Notes a transaction in the file `transactions` of an append-only repository (format reference 2.12). */
export function logTransaction(files: FileLayer, repositoryPath: string, transaction: number, now: Date): void {
  const path = `${repositoryPath}/transactions`;
  const size = files.status(path)?.size;
  const handle = files.open(path, size === undefined ? "create" : "update");
  try {
    // Python's microseconds; the clock of JavaScript has milliseconds.
    const time = now.toISOString().replace("Z", "000");
    files.write(handle, [encodeText(`transaction ${transaction}, UTC time ${time}\n`)], size ?? 0);
    files.sync(handle);
  } finally {
    files.close(handle);
  }
}
