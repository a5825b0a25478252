import { chances } from "../../tests/repository/memory_files.ts";
import { COMMANDS, type Killed, Killing } from "../../tests/cli/executable/torture/victim.ts";

const WHO: readonly Killed[] = ["local", "client", "server"];

/** Kills every command again and again, at any moment: it, its server, or the client of its server. */
export async function tortureByKill(seed: number, until: number): Promise<void> {
  const chance = chances(seed);
  const killing = new Killing();
  const counts = { killed: 0, late: 0, failures: 0 };
  try {
    for (let i = 0; performance.now() < until; i++) {
      const command = COMMANDS[i % COMMANDS.length]!;
      try {
        const wasRunning = await killing.kill(command, WHO[Math.floor(i / COMMANDS.length) % WHO.length]!, chance);
        counts[wasRunning ? "killed" : "late"]++;
      } catch (error) {
        counts.failures++;
        console.error(error instanceof Error ? error.message : error);
      }
    }
  } finally {
    killing.remove();
  }
  console.log(`${counts.killed} kills survived, ${counts.late} came too late`);
  if (counts.failures > 0) throw new Error(`${counts.failures} failures`);
}
