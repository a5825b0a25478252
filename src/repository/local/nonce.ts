import { decodeText, encodeText } from "../../encoding/path.ts";
import { NonceError } from "../errors.ts";
import { writeDurably } from "./durable.ts";
import { type FileLayer, hasCode, readWhole } from "./files.ts";

/** The "next free" nonce (format reference 6.5), undefined when there is none. Throws NonceError when the file is damaged. */
export function readNonce(files: FileLayer, repositoryPath: string): bigint | undefined {
  const path = `${repositoryPath}/nonce`;
  try {
    const text = decodeText(readWhole(files, path));
    if (!/^[0-9a-fA-F]{16}$/.test(text)) throw new NonceError(`${path} does not hold a nonce`);
    return BigInt(`0x${text}`);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Replaces the nonce durably. Throws NonceError when the stored one is not `expected`. */
export function replaceNonce(
  files: FileLayer,
  repositoryPath: string,
  next: bigint,
  expected: bigint | undefined,
): void {
  if (readNonce(files, repositoryPath) !== expected) throw new NonceError("the stored nonce is not the expected one");
  if (next < 0n || next >= 2n ** 64n) throw new RangeError(`not a nonce: ${next}`);
  writeDurably(files, `${repositoryPath}/nonce`, encodeText(next.toString(16).padStart(16, "0")));
}
