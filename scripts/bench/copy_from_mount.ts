import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { FailedRun } from "./measure.ts";
import type { Row } from "./rows.ts";
import { warm } from "./warm.ts";

/** Copies all that a mounted archive holds. CPU time and memory are those of the program that serves it. */
export function copyFromMount(name: string, repository: string): Row {
  return {
    name,
    prepare(contestant) {
      const path = contestant.repository(repository);
      warm(path);
      const target = contestant.freshTarget();
      const mountpoint = join(target, "mounted");
      mkdirSync(mountpoint);
      const command = contestant.command(["mount", "--foreground", `${path}::first`, mountpoint]);
      return { ...command, meanwhile: () => copyAndUnmount(mountpoint, join(target, "copy")) };
    },
  };
}

/** How many seconds the copying takes. */
async function copyAndUnmount(mountpoint: string, target: string): Promise<number> {
  const { dev } = statSync(mountpoint);
  while (statSync(mountpoint).dev === dev) await new Promise((resolve) => setTimeout(resolve, 20));
  try {
    const start = performance.now();
    const [status] = await once(spawn("cp", ["-a", mountpoint, target], { stdio: "ignore" }), "exit");
    if (status !== 0) throw new FailedRun(`cp -a ${mountpoint} ended with ${status}`);
    return (performance.now() - start) / 1000;
  } finally {
    spawnSync("fusermount3", ["-u", mountpoint]);
  }
}
