import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { environment, ours, type Program, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { shell } from "../backup/tree.ts";
import { Twin } from "../listings/twin.ts";

const SECRET = "pässword with spaces";
const WRONG = 2;

describe("passphrases come to ours from where they come to BorgBackup", requirePeer("borg"), () => {
  let twin: Twin;
  before(() => {
    twin = new Twin();
    writeFileSync(twin.sandbox.path("file"), "content");
    writeFileSync(twin.sandbox.path("secret"), `${SECRET}\n`);
    twin.prepare(["init", "-e", "repokey", "repo"], { env: { BORG_PASSPHRASE: SECRET } });
    twin.prepare(["create", "repo::a", "file"], { env: { BORG_PASSPHRASE: SECRET } });
  });
  after(() => twin.remove());

  /** How a script ends, in which `borg` is one program and nothing says a passphrase but the script. */
  function perform(program: Program, script: string): { output: string } {
    const { BORG_PASSPHRASE: _, ...env } = environment(twin.base);
    const exports = Object.entries(env).map(([name, value]) => `export ${name}='${value}'`).join("\n");
    const output = shell(
      twin.sandbox.root,
      `${exports}\nborg() { command '${program.path}' "$@" 2>&1; }; export SECRET='${SECRET}'
       ${script} </dev/null && echo "rc 0" || echo "rc $?"`,
    );
    return { output };
  }

  for (
    const [title, script, status] of [
      ["the environment", 'BORG_PASSPHRASE="$SECRET" borg list --short repo', 0],
      ["a command", 'BORG_PASSCOMMAND="cat secret" borg list --short repo', 0],
      [
        "a command with quotes, which no shell sees",
        `BORG_PASSCOMMAND="printf '%s\\n\\n' '$SECRET'" borg list --short repo`,
        0,
      ],
      ["an open file", "BORG_PASSPHRASE_FD=7 borg list --short repo 7<secret", 0],
      ["the environment first", 'BORG_PASSPHRASE="$SECRET" BORG_PASSCOMMAND="echo wrong" borg list --short repo', 0],
      [
        "the command before the file",
        'BORG_PASSCOMMAND="cat secret" BORG_PASSPHRASE_FD=7 borg list --short repo 7</dev/null',
        0,
      ],
      ["the environment, wrong", "BORG_PASSPHRASE=wrong borg list repo", WRONG],
      ["the environment, empty", "BORG_PASSPHRASE= BORG_PASSCOMMAND='cat secret' borg list repo", WRONG],
      ["a command, wrong", "BORG_PASSCOMMAND='echo wrong' borg list repo", WRONG],
      ["an open file, empty", "BORG_PASSPHRASE_FD=7 borg list repo 7</dev/null", WRONG],
      [
        "a command that does not see the environment's",
        `BORG_PASSCOMMAND='sh -c "echo $BORG_PASSPHRASE"' borg list repo`,
        WRONG,
      ],
    ] as const
  ) {
    it(title, () => {
      const [mine, other] = [ours, theirs].map((program) => perform(program, script).output);
      assert.equal(mine, other);
      assert.ok(mine!.endsWith(`rc ${status}\n`), mine);
      assert.equal(status === 0, mine!.startsWith("a\n"));
    });
  }

  for (
    const [title, script, modern] of [
      ["a command that fails", "BORG_PASSCOMMAND='sh -c \"exit 3\"' borg list repo", 51],
      ["a command that is not there", "BORG_PASSCOMMAND='no-such-program' borg list repo", 51],
      ["nowhere, and nobody to ask", "setsid --wait '@' list repo", 50],
    ] as const
  ) {
    it(`${title}: an error`, () => {
      const [legacy, said] = ["legacy", "modern"].map((family) => {
        const line = `export BORG_EXIT_CODES=${family}; ${script.replace("@", ours.path)}`;
        return perform(ours, `{ ${line}; } 2>&1`).output;
      });
      assert.ok(legacy!.endsWith("rc 2\n"), legacy);
      assert.ok(said!.endsWith(`rc ${modern}\n`), said);
      assert.doesNotMatch(said!, /^ +at /m);
      const theirOutput = perform(theirs, `{ ${script.replace("@", theirs.path)}; } 2>&1`).output;
      assert.ok(theirOutput.endsWith("rc 2\n"), theirOutput);
    });
  }

  it("an empty one opens without a question", () => {
    const open = 'BORG_PASSPHRASE= borg init -e keyfile empty >/dev/null; setsid --wait "$PROGRAM" list empty 2>&1';
    for (const program of [ours, theirs]) {
      const script = `export PROGRAM='${program.path}'; rm -rf empty; { ${open}; }`;
      assert.equal(perform(program, script).output, "rc 0\n");
    }
  });

  it("composed and decomposed letters are not the same", () => {
    for (const program of [ours, theirs]) {
      assert.match(
        perform(program, `BORG_PASSPHRASE="$(printf 'pa\\xcc\\x88ssword with spaces')" borg list repo`).output,
        /rc 2\n$/,
      );
    }
  });

  for (const [maker, reader] of [[ours, theirs], [theirs, ours]] as const) {
    it(`a new one that ${maker.name} was given opens for ${reader.name}`, () => {
      const name = `new-${maker.name}`;
      const make = `BORG_PASSCOMMAND="cat secret" borg init -e repokey-blake2 ${name} >/dev/null`;
      assert.equal(perform(maker, make).output, "rc 0\n");
      const change = `BORG_PASSPHRASE="$SECRET" BORG_NEW_PASSPHRASE=2nd borg key change-passphrase ${name} >/dev/null`;
      const before = readFileSync(twin.sandbox.path(name, "config"), "utf8");
      assert.equal(perform(maker, change).output, "rc 0\n");
      assert.notEqual(readFileSync(twin.sandbox.path(name, "config"), "utf8"), before);
      assert.equal(perform(reader, `BORG_PASSPHRASE=2nd borg list ${name}`).output, "rc 0\n");
      assert.match(perform(reader, `BORG_PASSPHRASE="$SECRET" borg list ${name}`).output, /rc 2\n$/);
    });
  }
});
