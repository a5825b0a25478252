import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { createArgumentTypes } from "../../src/cli/argument_types.ts";
import { FAILURES } from "../../src/cli/failures.ts";
import { parseCommandLine } from "../../src/cli/parser.ts";
import { ROOT } from "../../src/cli/registry.ts";

const ROOT_FOLDER = fileURLToPath(new URL("../../", import.meta.url));
const PAGES = listing("docs").filter((path) => path.endsWith(".md"));

function listing(folder: string): string[] {
  return readdirSync(join(ROOT_FOLDER, folder), { recursive: true, encoding: "utf8" }).map((name) =>
    `${folder}/${name}`
  );
}

function read(path: string): string {
  return readFileSync(join(ROOT_FOLDER, path), "utf8");
}

/** The words of each `borg` command in the shell blocks of a page, without what the shell does with the rest. */
function commandsOf(page: string): string[][] {
  const blocks = [...page.matchAll(/^ *```sh\n(.*?)^ *```/gms)].map(([, block]) => block!.replaceAll("\\\n", " "));
  const lines = blocks.flatMap((block) => block.split("\n")).filter((line) => !/^\s*(#|export |for )/.test(line));
  return lines.flatMap((line) => line.split(/ \| | > | 2> |; | && /))
    .map((part) => /(?:^|\s)(borg .*)$/.exec(part)?.[1])
    .filter((command) => command !== undefined).map(wordsOf);
}

function wordsOf(command: string): string[] {
  const words = command.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return words.slice(1).map((word) => word.replaceAll(/['"]/g, ""));
}

const types = createArgumentTypes({
  defaultRepository: "/mnt/backup/repo",
  expand: (text) => text,
  readFile: () => "",
  modificationTime: () => undefined,
});

describe("the manual", () => {
  it("shows only commands that the program takes", async () => {
    let count = 0;
    for (const path of PAGES) {
      for (const words of commandsOf(read(path))) {
        if (words.includes("--version")) continue;
        await assert.doesNotReject(parseCommandLine(words, ROOT, types), `${path}: borg ${words.join(" ")}`);
        count++;
      }
    }
    assert.ok(count > 30, `${count} commands`);
  });

  it("names the status of every condition", () => {
    const rows = [...read("docs/manual/statuses.md").matchAll(/^\| (\d+) +\| (error|warning) +\| `([^`]+)`/gm)];
    const found = rows.map(([, status, kind, name]) => `${status} ${kind} ${name}`);
    assert.deepEqual(found, [...FAILURES].map(([name, { status, severity }]) => `${status} ${severity} ${name}`));
  });

  it("explains every variable that the program reads, and no other", () => {
    const NOT_VARIABLES = ["BORG_SEG", "BORG_IDX", "BORG_VERSION", "BORG_KEY"];
    const INTERNAL = ["VINCULUM_MOUNT_IN_BACKGROUND"];
    const sources = listing("src").filter((path) => path.endsWith(".ts")).map(read).join("\n");
    const names = (text: string) => new Set(text.match(/\b(?:BORG|VINCULUM)_[A-Z_]*[A-Z]\b/g));
    const expected = [...names(sources)].filter((name) => !NOT_VARIABLES.includes(name) && !INTERNAL.includes(name));
    assert.deepEqual([...names(read("docs/manual/environment.md"))].sort(), expected.sort());
  });

  it("links only to what is there", () => {
    for (const path of [...PAGES, "README.md"]) {
      for (const [, target] of read(path).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) {
        assert.ok(existsSync(join(ROOT_FOLDER, dirname(path), target!)), `${path} links to ${target}`);
      }
    }
  });
});
