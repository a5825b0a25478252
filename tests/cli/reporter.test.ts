import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createContext } from "../../src/cli/create_context.ts";
import type { CommonOptions } from "../../src/cli/options/common.ts";
import { ContextCacheListener, ContextRepositoryListener } from "../../src/cli/listeners.ts";
import { ContextPrompter } from "../../src/cli/prompter.ts";
import { ContextReporter } from "../../src/cli/reporter.ts";
import { BackupError, FileChangedWarning } from "../../src/operations/problems.ts";
import { commonOptions } from "./common_options.ts";
import { fakeWorld } from "./fake_world.ts";

function setUp(options: Partial<CommonOptions & { list: boolean }> = {}, filter?: string, input: string[] = []) {
  const world = fakeWorld({ env: { BORG_EXIT_CODES: "modern" }, input });
  const context = createContext(world, commonOptions(options));
  return {
    context,
    stderr: world.stderr,
    reporter: new ContextReporter(context, { list: options.list === true, filter }),
  };
}

describe("ContextReporter", () => {
  it("lists paths by their status", () => {
    const { stderr, reporter } = setUp({ list: true }, "AM");
    for (const [status, path] of [["A", "caf\udce9"], ["U", "b"], ["M", "c"]] as const) {
      reporter.fileStatus(status, path);
    }
    assert.deepEqual(stderr.lines, ["A caf?", "M c"]);
    const json = setUp({ list: true, logJson: true });
    json.reporter.fileStatus("A", "caf\udce9");
    assert.deepEqual(json.stderr.lines, ['{"type": "file_status", "status": "A", "path": "caf?"}']);
    const silent = setUp();
    silent.reporter.fileStatus("A", "a");
    assert.equal(silent.stderr.text, "");
  });

  it("tells warnings and counts them", () => {
    const { context, stderr, reporter } = setUp();
    reporter.warning(new FileChangedWarning("a"), "a");
    assert.equal(context.outcome.status, 100);
    reporter.warning(new BackupError("no such luck"), "b");
    assert.equal(context.outcome.status, 1);
    assert.deepEqual(stderr.lines, ["a: file changed while we backed it up", "b: no such luck"]);
  });

  it("tells notes at their level", () => {
    const { stderr, reporter } = setUp();
    reporter.note("info", "check.started");
    reporter.note("warning", "check.orphans", 3);
    assert.deepEqual(stderr.lines, ["3 orphaned objects found!"]);
  });
});

describe("listeners", () => {
  it("show the progress of a repository from its first step to its last", () => {
    const { context, stderr } = setUp({ progress: true });
    const listener = new ContextRepositoryListener(context);
    for (let i = 0; i < 4; i++) listener.progress("repository.check", i, 4);
    listener.finished("repository.check");
    listener.log("error", "check.problemsFound", false);
    assert.deepEqual(stderr.lines, [
      ...["0.0", "25.0", "50.0", "75.0"].map((share) => `Checking segments ${share}%`),
      "Finished full repository check, errors found.",
    ]);
  });

  it("show which archive a cache reads", () => {
    const { context, stderr } = setUp({ progress: true });
    const listener = new ContextCacheListener(context);
    listener.progress("cache.sync", 1, 2, "one");
    listener.progress("cache.sync", 2, 2, "two");
    listener.finished("cache.sync");
    assert.deepEqual(stderr.lines, [
      "  0% Syncing chunks cache. Processing archive one",
      " 50% Syncing chunks cache. Processing archive two",
    ]);
  });
});

describe("the cache's own files", () => {
  it("are told in words", () => {
    const { context, stderr } = setUp({ progress: true });
    const listener = new ContextCacheListener(context);
    ["config", "chunks", "files"].forEach((name, i) => listener.progress("cache.begin_transaction", i + 1, 3, name));
    listener.finished("cache.begin_transaction");
    ["files", "chunks", "config"].forEach((name, i) => listener.progress("cache.commit", i + 1, 3, name));
    listener.finished("cache.commit");
    assert.deepEqual(stderr.lines, [
      "Initializing cache transaction: Reading config",
      "Initializing cache transaction: Reading chunks",
      "Initializing cache transaction: Reading files",
      "Saving files cache",
      "Saving chunks cache",
      "Saving cache config",
    ]);
  });
});

describe("ContextPrompter", () => {
  it("asks until there is an answer and shows the passphrase when that is wanted", async () => {
    const { context, stderr } = setUp({}, undefined, ["secret", "?", "y"]);
    const prompter = new ContextPrompter(context);
    assert.equal(await prompter.askSecret({ kind: "new" }), "secret");
    assert.equal(await prompter.confirmDisplay(), true);
    prompter.notify({ kind: "display", passphrase: "secret" });
    const question = "Do you want your passphrase to be displayed for verification? [yN]: ";
    assert.equal(
      stderr.text,
      `${question}Invalid answer, try again.\n${question}Your passphrase (between double-quotes): "secret"\n` +
        "Make sure the passphrase displayed above is exactly what you wanted.\n",
    );
  });
});
