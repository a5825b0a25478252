import { spawnSync } from "node:child_process";
import process from "node:process";

/** Output of a helper program of the system; fails the test when that fails. */
export function run(program: string, ...words: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
  });
  if (error !== undefined || status !== 0) throw new Error(`${program} ${words.join(" ")}: ${error ?? stderr}`);
  return stdout;
}
