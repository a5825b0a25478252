// Stands in for `ssh`: runs the command here, and keeps the answers back, from the first one after the repository HELD_REPOSITORY
// has been locked until there is a file HELD_GATE. That it holds something it shows by a file HELD_MARK.
import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import process from "node:process";
import { setTimeout } from "node:timers/promises";

const { HELD_REPOSITORY, HELD_MARK, HELD_GATE } = process.env as Record<string, string>;
const server = spawn("sh", ["-c", process.argv.slice(3).join(" ")], { stdio: ["pipe", "pipe", "inherit"] });
process.stdin.pipe(server.stdin);
for await (const answer of server.stdout) {
  if (existsSync(`${HELD_REPOSITORY}/lock.exclusive`)) await wait();
  process.stdout.write(answer);
}

async function wait(): Promise<void> {
  writeFileSync(HELD_MARK!, "");
  while (!existsSync(HELD_GATE!)) await setTimeout(20);
}
