import { execFileSync } from "node:child_process";
import { cpSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Sandbox } from "./harness.ts";

export const FIXTURES: string = fileURLToPath(new URL("../fixtures/", import.meta.url));

/** Unpacks the repositories of BorgBackup 1.4.5 into the folder `repos`, and their keys to where ours looks for them. */
export function unpackFixtures(sandbox: Sandbox): void {
  const archive = `${FIXTURES}borg-1.4.5/repos.tar.xz`;
  execFileSync("tar", ["-xJf", archive, "-C", sandbox.folder("repos"), "--no-same-owner"]);
  cpSync(`${FIXTURES}borg-1.4.5/keys`, sandbox.folder("base-ours", ".config", "borg", "keys"), { recursive: true });
}
