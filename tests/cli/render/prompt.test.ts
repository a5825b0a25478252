import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createContext } from "../../../src/cli/create_context.ts";
import type { Question } from "../../../src/cli/render/prompt.ts";
import { commonOptions } from "../common_options.ts";
import { type FakeWorld, fakeWorld } from "../fake_world.ts";

const PLAIN = {
  variable: "BORG_RELOCATED_REPO_ACCESS_IS_OK",
  text: "Do you want to continue? [yN] ",
  falseText: "Aborting.",
  invalidText: "Invalid answer, aborting.",
} satisfies Question;
const DANGEROUS: Question = { ...PLAIN, variable: "BORG_DELETE_I_KNOW_WHAT_I_AM_DOING", dangerous: true };

async function ask(question: Question, input: string[], env: Record<string, string> = {}, logJson = false) {
  const world: FakeWorld = fakeWorld({ input, env });
  const { questions } = createContext(world, commonOptions({ logJson }));
  return { answer: await questions.ask(question), world };
}

describe("Questions", () => {
  it("take BorgBackup's answers", async () => {
    for (const yes of ["Yes", "YES", "yes", "Y", "y", "1"]) assert.ok((await ask(PLAIN, [yes])).answer, yes);
    for (const no of ["No", "NO", "no", "N", "n", "0"]) {
      const { answer, world } = await ask(PLAIN, [no]);
      assert.deepEqual([answer, world.stderr.text], [false, "Do you want to continue? [yN] Aborting.\n"], no);
    }
    for (const byDefault of ["Default", "DEFAULT", "default", "D", "d", ""]) {
      const { answer, world } = await ask(PLAIN, [byDefault]);
      assert.deepEqual([answer, world.stderr.text], [false, "Do you want to continue? [yN] "], byDefault);
    }
  });

  it("take anything else as a no, and say so", async () => {
    for (const odd of ["yep", " y", "true"]) {
      const { answer, world } = await ask(PLAIN, [odd]);
      assert.deepEqual([answer, world.stderr.text], [false, `${PLAIN.text}Invalid answer, aborting.\n`], odd);
    }
  });

  it("take the end of input as a no", async () => {
    assert.equal((await ask(PLAIN, [])).answer, false);
    assert.equal((await ask({ ...PLAIN, retry: true }, [])).answer, false);
  });

  it("want YES for what is dangerous", async () => {
    assert.equal((await ask(DANGEROUS, ["YES"])).answer, true);
    for (const other of ["yes", "Y", "1", "Yes", "YES "]) {
      assert.equal(
        (await ask(DANGEROUS, [other])).world.stderr.text,
        `${PLAIN.text}Invalid answer, aborting.\n`,
        other,
      );
    }
    for (const no of ["NO", "no"]) {
      assert.equal((await ask(DANGEROUS, [no])).world.stderr.text, `${PLAIN.text}Aborting.\n`, no);
    }
  });

  it("take the environment's answer, once", async () => {
    const { answer, world } = await ask(PLAIN, [], { [PLAIN.variable]: "no" });
    assert.equal(answer, false);
    assert.equal(world.stderr.text, `${PLAIN.text}no (from ${PLAIN.variable})\nAborting.\n`);
    const again = await ask({ ...PLAIN, retry: true }, ["y"], { [PLAIN.variable]: "maybe" });
    assert.equal(again.answer, true);
  });

  it("ask again when they may", async () => {
    const { answer, world } = await ask({ ...PLAIN, retry: true, invalidText: "Invalid answer, try again." }, [
      "?",
      "y",
    ]);
    assert.equal(answer, true);
    assert.equal(world.stderr.text, `${PLAIN.text}Invalid answer, try again.\n${PLAIN.text}`);
  });

  it("are events in JSON", async () => {
    const { world } = await ask(PLAIN, [], { [PLAIN.variable]: "no" }, true);
    const msgid = PLAIN.variable;
    assert.deepEqual(world.stderr.events, [
      { type: "question_prompt", msgid, message: PLAIN.text },
      { env_var: msgid, type: "question_env_answer", msgid, message: `no (from ${msgid})` },
      { type: "question_accepted_false", msgid, message: "Aborting." },
    ]);
    const invalid = await ask(PLAIN, ["x"], {}, true);
    assert.deepEqual(invalid.world.stderr.events.map(({ type }) => type), [
      "question_prompt",
      "question_invalid_answer",
    ]);
  });
});
