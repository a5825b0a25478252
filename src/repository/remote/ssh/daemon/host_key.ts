import { existsSync, readFileSync } from "node:fs";
import { inspectPrivateKey, openPrivateKey } from "../private_key.ts";
import type { ParsedKey } from "../ssh2.d.ts";
import { DaemonProblem } from "./problem.ts";
import { requireTrusted } from "./trusted_file.ts";

/** Reads the key by which clients know this server. Throws DaemonProblem. */
export function readHostKey(path: string): ParsedKey {
  if (!existsSync(path)) {
    throw new DaemonProblem(`There is no host key ${path}. Make one: ssh-keygen -t ed25519 -N '' -f ${path}`);
  }
  requireTrusted(path, { secret: true });
  const text = readFileSync(path, "utf8");
  if (inspectPrivateKey(text).encrypted) {
    throw new DaemonProblem(`The host key ${path} has a passphrase, but there is nobody to ask for it`);
  }
  const key = openPrivateKey(text);
  if (key === undefined) throw new DaemonProblem(`${path} is not a private key`);
  return key;
}
