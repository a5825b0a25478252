import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { converse } from "../terminal.ts";
import type { Question } from "./questions.ts";

/** All that is offered goes through compadd, which is asked here what of it fits. Ctrl-X n begins a new line. */
const SETTINGS = String.raw`
autoload -Uz compinit && compinit -D -u
unsetopt automenu
compadd() {
  local -a offered
  if [[ ${"${@[1,(i)(-|--)]}"} != *-[a-zA-Z]#[OAD]* ]]; then
    builtin compadd -A offered "$@"
    print -rl -- $offered >>answers
  fi
  builtin compadd "$@"
}
next() { print >>answers; BUFFER='' }
zle -N next
bindkey '\C-xn' next
`;

/** Types the beginnings of command lines in a zsh at a terminal. */
export async function askZsh(script: string, questions: readonly Question[], cwd: string, env: Record<string, string>) {
  writeFileSync(join(cwd, ".zshrc"), `${SETTINGS}source ${script}\nPS1='ready> '\n`);
  const turns = questions.flatMap(({ line }) => [{ shows: "ready> " }, { types: `${line}\t\x18n` }]);
  await converse("exec zsh -d -i", [...turns, { shows: "ready> " }, { types: "exit" }], {
    cwd,
    env: { ...env, ZDOTDIR: cwd, TERM: "dumb" },
  });
  return readFileSync(join(cwd, "answers"), "utf8").split("\n\n").map((block) => block.split("\n"));
}
