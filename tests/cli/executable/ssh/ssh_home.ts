import { spawnSync } from "node:child_process";
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { environment } from "../../../interop/harness.ts";

/** Makes a key pair without asking; gives the line of its public half. */
export function makeKey(path: string, { type = "ed25519", passphrase = "" } = {}): string {
  const { status, stderr } = spawnSync("ssh-keygen", ["-q", "-t", type, "-N", passphrase, "-C", "test", "-f", path], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return readFileSync(`${path}.pub`, "utf8").trim();
}

/** The home of a user of SSH, with a key in `~/.ssh/id_ed25519`. */
export class SshHome {
  readonly publicKey: string;

  constructor(readonly path: string) {
    mkdirSync(join(path, ".ssh"), { recursive: true, mode: 0o700 });
    this.publicKey = makeKey(this.file("id_ed25519"));
  }

  /** A path below `~/.ssh`. */
  file(name: string): string {
    return join(this.path, ".ssh", name);
  }

  configure(...lines: readonly string[]): void {
    writeFileSync(this.file("config"), `${lines.join("\n")}\n`, { mode: 0o600 });
  }

  /** Makes the host key of a port of this machine known, instead of what was known. */
  know(...known: readonly { readonly port: number; readonly hostKey: string }[]): void {
    const lines = known.map(({ port, hostKey }) => `[127.0.0.1]:${port} ${hostKey.split(" ").slice(0, 2).join(" ")}\n`);
    writeFileSync(this.file("known_hosts"), lines.join(""));
  }

  knowAlso(line: string): void {
    appendFileSync(this.file("known_hosts"), `${line}\n`);
  }

  knownHosts(): string {
    return readFileSync(this.file("known_hosts"), "utf8");
  }

  /** Takes another key for the user's own. */
  useKey(path: string): void {
    for (const suffix of ["", ".pub"]) {
      rmSync(this.file(`id_ed25519${suffix}`));
      copyFileSync(`${path}${suffix}`, this.file(`id_ed25519${suffix}`));
    }
  }

  /** Nothing of the caller's settings, this home, and the built-in client unless `more` says otherwise. */
  env(more: Record<string, string> = {}): Record<string, string> {
    return { ...environment(this.path), BORG_RSH: "builtin:ssh", ...more };
  }

  /** The words that make OpenSSH's client use this home, which it would look up in the user database otherwise. */
  get openSsh(): string {
    const options = ["-F", "none", "-o", "IdentitiesOnly=yes", "-o", `UserKnownHostsFile=${this.file("known_hosts")}`];
    return ["ssh", ...options, "-i", this.file("id_ed25519")].join(" ");
  }
}
