import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expectedOfOption } from "../../../src/cli/completion/expectations.ts";
import { tablesOf } from "../../../src/cli/completion/tables.ts";
import { createArgumentTypes } from "../../../src/cli/argument_types.ts";
import { isContainer } from "../../../src/cli/command_tree.ts";
import { allOutlines, outlineOf } from "../../../src/cli/outline.ts";
import { parserFor } from "../../../src/cli/parser.ts";
import { ROOT } from "../../../src/cli/registry.ts";

const types = createArgumentTypes({
  defaultRepository: "/repository",
  expand: (text) => text,
  readFile: () => "",
  modificationTime: () => undefined,
});

const outline = await outlineOf(ROOT);

describe("completion tables", () => {
  it("name every command, with its options and those that all have", () => {
    const { commands, options, common } = tablesOf(outline);
    assert.deepEqual(commands.get("borg")!.map(({ word }) => word), ROOT.commands.map(({ name }) => name));
    assert.ok(commands.get("borg key")!.some(({ word }) => word === "change-passphrase"));
    assert.ok(options.get("borg create")!.some(({ word }) => word === "--compression"));
    assert.ok(common.some(({ word }) => word === "--lock-wait"));
    assert.ok(!options.get("borg create")!.some(({ word }) => word === "--lock-wait"));
  });

  it("offer only values that the command line takes", async () => {
    let count = 0;
    for (const { words, options } of allOutlines(outline)) {
      for (const option of options) {
        const expected = option.metavar === "" ? undefined : expectedOfOption(option);
        if (expected === undefined || !("words" in expected) || option.dest === "mountOptions") continue;
        for (const word of expected.words) (await parserOf(words)).parse_known_args([option.spellings[0]!, word]);
        count++;
      }
    }
    assert.ok(count > 20, `${count} options with known values`);
  });

  it("offer no option that is not explained", () => {
    const all = allOutlines(outline).flatMap(({ options }) => options);
    assert.deepEqual(all.filter(({ help }) => help === ""), []);
  });
});

/** Without the arguments that the command must have. */
async function parserOf(words: readonly string[]) {
  let entry: (typeof ROOT.commands)[number] = ROOT;
  for (const word of words.slice(1)) {
    if (isContainer(entry)) entry = entry.commands.find(({ name }) => name === word)!;
  }
  const parser = await parserFor(entry, words.join(" "), types);
  for (const action of (parser as unknown as { _actions: { required: boolean }[] })._actions) action.required = false;
  return parser;
}
