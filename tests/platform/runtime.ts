import process from "node:process";

/** The command line that runs a script in the runtime that runs this test. */
export function runtimeWords(script: string): string[] {
  return process.versions.bun === undefined
    ? [process.execPath, "run", "-A", "--no-check", "--quiet", script]
    : [process.execPath, script];
}
