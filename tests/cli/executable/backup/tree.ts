import { spawnSync } from "node:child_process";
import assert from "node:assert/strict";

/** Runs a shell script that must succeed. */
export function shell(cwd: string, script: string): string {
  const { status, stdout, stderr } = spawnSync("bash", ["-euc", script], { cwd, encoding: "utf8" });
  assert.equal(status, 0, `${script}\n${stdout}${stderr}`);
  return stdout;
}

/** A tree with one of each, and with what exclusions look for. Nothing in it is new enough to be left out of the files cache. */
export function plant(folder: string): void {
  shell(
    folder,
    `mkdir -p d/sub d/cached d/tagged e
     echo one >d/a; echo two >d/sub/b; ln d/a d/hard; ln -s a d/link; ln -s /nowhere e/dangling; ln e/dangling e/twin
     mkfifo d/fifo; printf x >$'d/bad\\xff\\xfename'; : >d/empty
     head -c 600000 /dev/urandom >d/big; head -c 520000 /dev/zero >d/zeros
     printf 'Signature: 8a477f597d28d172789f06886806bc55\\n' >d/cached/CACHEDIR.TAG; echo x >d/cached/x
     : >d/tagged/.nobackup; echo y >d/tagged/y
     chmod 2750 d/sub; chmod 4711 d/a; touch -d '1965-01-01 UTC' d/sub/b; touch -d '2001-02-03 04:05:06.789 UTC' d/big
     sleep 0.02; : >e/newest`,
  );
}
