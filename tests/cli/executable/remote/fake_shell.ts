import { chmodSync, writeFileSync } from "node:fs";
import type { Sandbox } from "../../../interop/harness.ts";

/**
 * A command that stands in for `ssh`: it runs everything on this machine, whatever the host, and notes with which words it was
 * called in the file `calls`.
 */
export function fakeShell(sandbox: Sandbox): string {
  const path = sandbox.path("fake-ssh");
  writeFileSync(
    path,
    `#!/bin/sh
printf '%s\\n' "$*" >> '${sandbox.path("calls")}'
if [ "$1" = -p ]; then shift 2; fi
shift
exec sh -c "$*"
`,
  );
  chmodSync(path, 0o755);
  return path;
}
