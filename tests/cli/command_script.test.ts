import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findMismatch, parseScript, ScriptSyntaxError } from "./command_script.ts";

describe("command scripts", () => {
  it("are read", () => {
    const [first, second] = parseScript(
      "# c\n\n$ borg a\n> out\n>~ ^x\n>...\n! err\n? 2\n+ here\n- gone\n% b\n> ask:\n< say\n",
    );
    assert.deepEqual(first, {
      line: 3,
      command: "borg a",
      terminal: false,
      dialogue: [],
      stdout: [{ line: "out" }, { pattern: /^x/ }, "any lines"],
      stderr: [{ line: "err" }],
      status: 2,
      present: ["here"],
      absent: ["gone"],
    });
    assert.equal(second?.terminal, true);
    assert.deepEqual(second?.dialogue, [{ shows: "ask:" }, { types: "say" }]);
  });

  it("are refused when they say nothing or nonsense", () => {
    for (const text of ["", "# only a comment", "> too early", "$ a\nnonsense"]) {
      assert.throws(() => parseScript(text), ScriptSyntaxError);
    }
  });
});

describe("expected output", () => {
  const expect = (output: string, script: string) =>
    findMismatch(output, parseScript(`$ x\n${script}`)[0]?.stdout ?? []);

  it("matches line by line", () => {
    assert.equal(expect("a\nb\n", "> a\n>~ ^[b]$"), undefined);
    assert.equal(expect("", ""), undefined);
    assert.equal(expect("a\nb\nc\n", ">...\n> c"), undefined);
    assert.equal(expect("a\nb\nc\n", "> a\n>..."), undefined);
    assert.equal(expect("", ">..."), undefined);
  });

  it("does not match what is more, less or other", () => {
    assert.match(expect("a\n", "") ?? "", /but there was\na/);
    assert.match(expect("a\n", "> a\n> b") ?? "", /expected/);
    assert.match(expect("a\n", "> b") ?? "", /expected/);
    assert.match(expect("a\nb\n", ">...\n> a") ?? "", /expected/);
  });
});
