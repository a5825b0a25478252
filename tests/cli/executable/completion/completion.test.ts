import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { environment, ours, Sandbox } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { askBash } from "./ask_bash.ts";
import { askFish } from "./ask_fish.ts";
import { askZsh } from "./ask_zsh.ts";
import { type Question, QUESTIONS } from "./questions.ts";

const SHELLS = { bash: askBash, fish: askFish, zsh: askZsh };

describe("borg completion", () => {
  for (const [shell, ask] of Object.entries(SHELLS)) {
    it(`completes command lines in ${shell}`, requirePeer(shell), async () => {
      const sandbox = new Sandbox();
      try {
        const cwd = sandbox.folder("work");
        mkdirSync(sandbox.path("work", "repository"));
        writeFileSync(sandbox.path("work", "notes"), "");
        const script = sandbox.path("script");
        writeFileSync(script, sandbox.succeed(ours, ["completion", shell]));
        const answers = await ask(script, QUESTIONS, cwd, environment(cwd));
        assert.deepEqual(
          QUESTIONS.map((question, index) => told(question, answers[index] ?? [])),
          QUESTIONS.map(wanted),
        );
      } finally {
        sandbox.remove();
      }
    });
  }

  it("knows no other shells", () => {
    const sandbox = new Sandbox();
    const { status, stderr } = sandbox.run(ours, ["completion", "tcsh"]);
    sandbox.remove();
    assert.equal(status, 2);
    assert.match(stderr, /invalid choice: 'tcsh'/);
  });
});

function wanted({ line, answers }: Question): string {
  return `${line} -> ${answers.join(" ")}`;
}

/** Folders may come with a slash, and all with the part of the word that has been typed. */
function told({ line, stem = "" }: Question, answers: readonly string[]): string {
  const bare = answers.map((answer) => answer.startsWith(stem) ? answer.slice(stem.length) : answer);
  return wanted({ line, answers: bare.map((answer) => answer.replace(/\/$/, "")).sort() });
}
