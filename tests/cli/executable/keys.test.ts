import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { environment, ours, type Program, Sandbox, theirs } from "../../interop/harness.ts";
import { requirePeer } from "../../interop/requirements.ts";
import { converse } from "./terminal.ts";

const MODES = ["repokey", "repokey-blake2", "keyfile", "keyfile-blake2", "authenticated", "authenticated-blake2"];
const BOTH: readonly (readonly [Program, Program])[] = [[ours, theirs], [theirs, ours]];

/** The lines of a paper key as they are typed: without their labels, the id line first. */
function typedLines(paper: string): string[] {
  const labelled = paper.split("\n").map((line) => /^(?:id| *\d+): (.*)$/.exec(line)?.[1]);
  return labelled.filter((line) => line !== undefined);
}

/** Text for standard input. */
const input = (...lines: string[]) => lines.map((line) => `${line}\n`).join("");

/** Takes the key out of a repository's configuration. */
function loseKey(repository: string): void {
  const path = join(repository, "config");
  writeFileSync(path, readFileSync(path, "utf8").replace(/^key = .*\n(\t.*\n)*/m, ""));
}

describe("keys", () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());

  function create(program: Program, mode: string, name: string) {
    const repository = sandbox.path(name);
    const base = sandbox.folder(`base-${name}`);
    sandbox.succeed(program, ["init", "-e", mode, repository], { base });
    const borg = (
      program: Program,
      args: readonly string[],
      options: { input?: string; env?: Record<string, string> } = {},
    ) => sandbox.succeed(program, args, { base, ...options });
    const lose = () => {
      if (mode.startsWith("keyfile")) rmSync(join(base, ".config/borg/keys"), { recursive: true });
      else loseKey(repository);
    };
    return { repository, base, borg, lose };
  }

  describe("beside BorgBackup", requirePeer("borg"), () => {
    for (const mode of MODES) {
      it(`are exported alike: ${mode}`, () => {
        const { repository, borg } = create(theirs, mode, `alike-${mode}`);
        for (const form of [[], ["--paper"]]) {
          const exported = (program: Program) => borg(program, ["key", "export", ...form, repository]);
          assert.equal(exported(ours), exported(theirs));
        }
      });

      for (const [writer, reader] of BOTH) {
        it(`come back from what ${writer.name} exported: ${mode}`, () => {
          const { repository, base, borg, lose } = create(writer, mode, `${writer.name}-${mode}`);
          const copy = sandbox.path("copy");
          borg(writer, ["key", "export", repository, copy]);
          const paper = borg(writer, ["key", "export", "--paper", repository]);
          lose();
          assert.equal(sandbox.run(reader, ["list", repository], { base }).status, 2);
          borg(reader, ["key", "import", repository, copy]);
          borg(writer, ["list", repository]);
          lose();
          borg(reader, ["key", "import", "--paper", repository], { input: input(...typedLines(paper)) });
          borg(writer, ["list", repository]);
        });

        it(`open with the passphrase that ${writer.name} gave them: ${mode}`, () => {
          const { repository, borg } = create(theirs, mode, `passphrase-${writer.name}-${mode}`);
          borg(writer, ["key", "change-passphrase", repository], { env: { BORG_NEW_PASSPHRASE: "näxt one" } });
          borg(reader, ["list", repository], { env: { BORG_PASSPHRASE: "näxt one" } });
        });
      }
    }
  });

  describe("on paper", () => {
    let { repository, borg, lose, base } = {} as ReturnType<typeof create>;
    let [id, first, rest] = ["", "", [] as string[]];

    before(() => {
      ({ repository, borg, lose, base } = create(ours, "repokey-blake2", "paper"));
      [id = "", first = "", ...rest] = typedLines(borg(ours, ["key", "export", "--paper", repository]));
    });

    function read(...lines: string[]) {
      return sandbox.run(ours, ["key", "import", "--paper", repository], { base, input: input(...lines) });
    }

    it("are typed in a terminal, with mistakes", async () => {
      lose();
      const mistyped = first.replace(/[0-9a-f]/, (digit) => (digit === "0" ? "1" : "0"));
      const lines = [...rest.entries()].flatMap(([i, line]) => [
        { shows: `${String(i + 2).padStart(2)}: ` },
        { types: line },
      ]);
      const { status, shown } = await converse(`'${ours.path}' key import --paper '${repository}'`, [
        { shows: "id: " },
        { types: id.replace("-", "") },
        { shows: "each line must contain exactly one '-', try again" },
        { shows: "id: " },
        { types: id.replace(/.$/, "x") },
        { shows: "line checksum did not match, try same line again" },
        { shows: "id: " },
        { types: id.toUpperCase() },
        { shows: " 1: " },
        { types: mistyped },
        { shows: "line checksum did not match, try line 1 again" },
        { shows: " 1: " },
        { types: `zz${first}` },
        { shows: "only characters 0-9 and a-f and '-' are valid, try again" },
        { shows: " 1: " },
        { types: "" },
        { shows: "Abort import? [yN]:" },
        { types: "n" },
        { shows: " 1: " },
        { types: first.replaceAll(" ", "") },
        ...lines,
      ], { cwd: sandbox.root, env: environment(base) });
      assert.equal(status, 0, shown);
      borg(ours, ["list", repository]);
    });

    it("are left when the person gives up or has no more lines", () => {
      lose();
      const before = readFileSync(join(repository, "config"), "utf8");
      for (const lines of [[], [id, first], ["", "y"], [id, "", "yes"]]) {
        const { status, stdout } = read(...lines);
        assert.equal(status, 0);
        assert.match(stdout, /\n - aborted\n$/);
      }
      assert.equal(readFileSync(join(repository, "config"), "utf8"), before);
    });

    it("must be whole", () => {
      lose();
      const zeros = new Uint8Array(18);
      const digest = createHash("sha256").update(Uint8Array.of(0, 1)).update(zeros).digest("hex");
      const wrong = `${"00".repeat(18)} - ${digest.slice(0, 2)}`;
      const { stdout } = read(id, wrong, ...rest, id, first, ...rest);
      assert.match(stdout, /The overall checksum did not match, retry or enter a blank line to abort\.\nid: /);
      assert.doesNotMatch(stdout, /line checksum|aborted/);
      borg(ours, ["list", repository]);
    });

    it("must be those of the repository", () => {
      const other = create(ours, "repokey", "other");
      const [foreign] = typedLines(other.borg(ours, ["key", "export", "--paper", other.repository]));
      const { status, stderr } = read(foreign!);
      assert.equal(status, 2);
      assert.equal(stderr, "This key backup seems to be for a different backup repository, aborting.\n");
    });
  });
});
