import process from "node:process";
import { printVersion } from "./src/cli/print_version.ts";

/** What asks for the version alone is answered without loading anything. */
if (process.argv.length === 3 && ["-V", "--version"].includes(process.argv[2]!)) {
  printVersion();
} else {
  const [{ run }, { createWorld }] = await Promise.all([import("./src/cli/run.ts"), import("./src/cli/world.ts")]);
  process.exit(await run(createWorld()));
}
