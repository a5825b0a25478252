import process from "node:process";
import { printVersion } from "./src/cli/print_version.ts";

/** Words that are in the command lines of what may take a while. */
const LONG_COMMANDS = new Set(
  [
    "check",
    "compact",
    "create",
    "delete",
    "diff",
    "export-tar",
    "extract",
    "import-tar",
    "list",
    "mount",
    "prune",
    "recreate",
  ],
);

/** What asks for the version alone is answered without loading anything. */
if (process.argv.length === 3 && ["-V", "--version"].includes(process.argv[2]!)) {
  printVersion();
} else {
  if (process.argv.some((word) => LONG_COMMANDS.has(word))) {
    (await import("./src/platform/restart.ts")).restartWithPatientCompiler();
  }
  const [{ run }, { createWorld }] = await Promise.all([import("./src/cli/run.ts"), import("./src/cli/world.ts")]);
  process.exit(await run(createWorld()));
}
