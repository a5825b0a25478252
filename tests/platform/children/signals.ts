import process from "node:process";
import { STDOUT, writeOutput } from "../../../src/platform/output.ts";
import { onInterrupt, onSignal, yieldToLoop } from "../../../src/platform/signals.ts";

let last = "";
const saw = (name: string) => writeOutput(STDOUT, `${last = name}\n`);
for (const name of ["SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGINFO"] as const) {
  onSignal(name, () => saw(name));
}
const stop = onInterrupt({ first: () => saw("first"), again: () => saw("again") });
writeOutput(STDOUT, "ready\n");

const end = Date.now() + 10_000;
while (last !== "SIGTERM" && Date.now() < end) {
  for (const pause = Date.now() + 2; Date.now() < pause;);
  await yieldToLoop();
}
stop();
process.kill(process.pid, "SIGINT");
await new Promise((resolve) => setTimeout(resolve, 2000));
writeOutput(STDOUT, "survived\n");
process.exit(0);
