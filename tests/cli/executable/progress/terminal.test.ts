import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { environment, ours, Sandbox } from "../../../interop/harness.ts";
import { record } from "../terminal.ts";
import { Emulator } from "./emulator.ts";

/** Names that are long, wide, combined, or would break the line if they were shown as they are. */
const NAMES = [
  "a-rather-long-name-that-no-narrow-terminal-has-room-for.dat",
  "長い名前のファイルは端末の幅に収まらないことが多いので注意が必要です",
  "한국어로 된 아주 긴 파일 이름은 좁은 터미널에 들어가지 않습니다",
  "e\u0301".repeat(50),
  "line\nbreak\nand\ttab\x1b[2Jclear\rreturn",
  "\u{1f600}".repeat(30),
  "short",
];

/** What was drawn over, and what was to stay: a status line ends with a carriage return alone. */
function split(output: string): { statuses: string[]; lasting: string } {
  const parts = output.split(/\r(?!\n)/);
  const statuses = parts.slice(0, -1).map((part) => part.slice(part.lastIndexOf("\n") + 1));
  return { statuses, lasting: output.replace(/[^\n]*\r(?!\n)/g, "") };
}

describe("progress on a terminal", () => {
  let sandbox: Sandbox;
  let env: Record<string, string>;

  before(() => {
    sandbox = new Sandbox();
    env = environment(sandbox.folder("base"));
    const tree = sandbox.folder("tree", "d".repeat(60));
    for (const name of NAMES) writeFileSync(join(tree, name), randomBytes(70_000));
    writeFileSync(Buffer.concat([Buffer.from(`${tree}/undecodable-`), Buffer.alloc(60, 0xff)]), "x");
    mkdirSync(sandbox.path("restored"));
    for (const args of [["init", "-e", "none", "repo"], ["create", "repo::first", "tree"]]) {
      sandbox.succeed(ours, args, { base: sandbox.path("base") });
    }
  });
  after(() => sandbox.remove());

  /** Runs a command in terminals of several widths: its status lines stay in their row and leave nothing behind. */
  async function keepsInLine(args: readonly string[], shows: RegExp, cwd = ""): Promise<void> {
    for (const columns of [40, 7]) {
      const words = args.map((word) => word.replace("NEW", `new${columns}`));
      const command = [ours.path, "--progress", ...words];
      const { status, output } = await record(command, { columns, cwd: sandbox.path(cwd), env });
      assert.equal(status, 0, output);
      const { statuses, lasting } = split(output);
      assert.ok(statuses.length > 1, `nothing was shown: ${JSON.stringify(output)}`);
      if (columns === 40) assert.match(statuses.join("\n"), shows);
      for (const text of statuses) assert.doesNotMatch(text, /\p{Cc}/u);
      assert.equal(statuses.at(-1)!.trim(), "", "the last one erases");
      const [whole, still] = [output, lasting].map((text) => {
        const emulator = new Emulator(columns);
        emulator.write(text);
        return emulator.rows;
      });
      assert.deepEqual(whole, still);
    }
  }

  it("of create", () => keepsInLine(["create", "repo::NEW", "tree"], /\d+ N /));
  it("of create with a list", () =>
    keepsInLine(["create", "--list", "--filter=Ad", "-e", "re:break", "repo::NEW-list", "tree"], /\d+ N /));
  it("of extract", () => keepsInLine(["extract", "../repo::first"], /Extracting: /, "restored"));
  it("of check", () => keepsInLine(["check", "--verify-data", "repo"], /Verifying data .*%/));
  it("of export-tar and import-tar", async () => {
    await keepsInLine(["export-tar", "repo::first", "NEW.tar"], /Processing: /);
    await keepsInLine(["import-tar", "repo::NEW-tar", "NEW.tar"], /\d+ N /);
  });
  it("of recreate", () => keepsInLine(["recreate", "-e", "*short", "repo::first", "--target", "NEW-made"], /\d+ N /));
  it("of delete", () => keepsInLine(["delete", "repo::NEW-list"], /Decrementing references/));
  it("of prune", () => keepsInLine(["prune", "--keep-last", "1", "-a", "NEW*", "repo"], /Pruning archives/));
  it("of compact", () => keepsInLine(["compact", "--threshold", "0", "repo"], /Compacting segments/));
});
