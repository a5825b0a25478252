import { spawnSync } from "node:child_process";
import type { Question } from "./questions.ts";

const END = "----";

/** fish prints completions when it is asked to. */
export function askFish(script: string, questions: readonly Question[], cwd: string, env: Record<string, string>) {
  const program = ["source $argv[1]", `for line in $argv[2..-1]; complete -C $line; echo ${END}; end`].join("\n");
  const lines = questions.map(({ line }) => line);
  const { stdout, stderr } = spawnSync("fish", ["--no-config", "-c", program, script, ...lines], {
    cwd,
    env,
    encoding: "utf8",
  });
  if (stderr !== "") throw new Error(stderr);
  const blocks = stdout.split(`${END}\n`).slice(0, questions.length);
  return Promise.resolve(blocks.map((block) => block.trim().split("\n").map((line) => line.split("\t")[0]!)));
}
