import type { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { requireTrusted } from "./trusted_file.ts";
import { decodeKey } from "../public_key.ts";
import { type KeyOptions, parseKeyOptions, splitKeyOptions } from "./key_options.ts";
import { DaemonProblem } from "./problem.ts";

const TYPES = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa"];

/** A key that opens the door, and what it is good for. */
export interface AuthorizedKey extends KeyOptions {
  readonly type: string;
  readonly key: Buffer;
  readonly comment: string;
}

/** Reads the file of the keys. Throws DaemonProblem. */
export function readAuthorizedKeys(path: string): AuthorizedKey[] {
  requireTrusted(path, { secret: false });
  return parseAuthorizedKeys(readFileSync(path, "utf8"), path);
}

/**
 * The keys of an `authorized_keys` file. Unlike sshd, which leaves out lines that it cannot read, this throws a
 * DaemonProblem: whoever wrote the line meant something by it.
 */
export function parseAuthorizedKeys(text: string, path: string): AuthorizedKey[] {
  return text.split("\n").flatMap((line, index) => {
    const words = line.trim();
    if (words === "" || words.startsWith("#")) return [];
    try {
      return [parseLine(words)];
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new DaemonProblem(`${path}:${index + 1}: ${error.message}`, { cause: error });
    }
  });
}

function parseLine(line: string): AuthorizedKey {
  const [first] = splitKeyOptions(line);
  const [options, rest] = isKeyType(first) ? ["", line] : splitKeyOptions(line);
  const [type = "", base64 = "", ...comment] = rest.split(/[ \t]+/);
  if (!TYPES.includes(type)) throw new SyntaxError(`keys of type "${type}" are not supported`);
  const key = decodeKey(type, base64);
  if (key === undefined) throw new SyntaxError("the key is not one");
  return { ...parseKeyOptions(options), type, key, comment: comment.join(" ") };
}

function isKeyType(word: string): boolean {
  return /^(?:ssh-|ecdsa-|sk-)[\w@.-]+$/.test(word);
}
