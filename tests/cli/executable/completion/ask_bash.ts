import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { converse } from "../terminal.ts";
import type { Question } from "./questions.ts";

/** Escape and * put all completions into the line, which Ctrl-X n then writes into a file. */
const SETTINGS = String.raw`
PS1='ready> '
bind 'set enable-bracketed-paste off'
note() { printf '%s\n' "$READLINE_LINE" >> lines; READLINE_LINE=; }
bind -x '"\C-xn": note'
`;

/** Types the beginnings of command lines in a bash at a terminal. */
export async function askBash(
  script: string,
  questions: readonly Question[],
  cwd: string,
  env: Record<string, string>,
) {
  const settings = join(cwd, ".bash-settings");
  writeFileSync(settings, `${readFileSync(script, "utf8")}${SETTINGS}`);
  const turns = questions.flatMap(({ line }) => [{ shows: "ready> " }, { types: `${line}\x1b*\x18n` }]);
  await converse(`exec bash --noprofile --rcfile ${settings} -i`, [...turns, { shows: "ready> " }, { types: "exit" }], {
    cwd,
    env,
  });
  const lines = readFileSync(join(cwd, "lines"), "utf8").split("\n");
  return questions.map(({ line }, index) => lines[index]!.slice(line.lastIndexOf(" ") + 1).trim().split(" "));
}
