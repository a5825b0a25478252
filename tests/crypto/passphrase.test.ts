import assert from "node:assert/strict";
import { openSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Environment } from "../../src/platform/environment.ts";
import {
  NoPassphraseFailure,
  PasscommandFailure,
  Passphrases,
  PassphraseWrong,
  PasswordRetriesExceeded,
} from "../../src/crypto/passphrase.ts";
import { passphrases, ScriptedPrompter, temporaryFolder } from "./memory_store.ts";

/** Opens with "sesame" only, and remembers what was tried. */
function lock(): { tried: string[]; attempt: (passphrase: string) => string | undefined } {
  const tried: string[] = [];
  return { tried, attempt: (passphrase) => (tried.push(passphrase), passphrase === "sesame" ? "open" : undefined) };
}

async function tried(environment: Environment, ...answers: string[]): Promise<string[]> {
  const { tried, attempt } = lock();
  await passphrases({ PATH: "/usr/bin:/bin", ...environment }, ...answers).unlock("repo", attempt);
  return tried;
}

describe("unlock", () => {
  it("takes the environment's passphrase first", async () => {
    const all = { BORG_PASSPHRASE: "sesame", BORG_PASSCOMMAND: "false", BORG_PASSPHRASE_FD: "99" };
    assert.deepEqual(await tried(all, "unused"), ["sesame"]);
  });

  it("then the command's output, of which it takes the newlines off", async () => {
    const environment = { BORG_PASSCOMMAND: "printf 'ses''ame\\n\\n'", BORG_PASSPHRASE_FD: "99" };
    assert.deepEqual(await tried(environment), ["sesame"]);
  });

  it("does not tell the command a passphrase", async () => {
    const command = `sh -c 'test -z "\${BORG_PASSPHRASE+x}" && test "$OTHER" = 1 && echo sesame'`;
    const source = passphrases({ PATH: "/usr/bin:/bin", OTHER: "1", BORG_PASSCOMMAND: command });
    assert.equal(await source.unlock("repo", lock().attempt), "open");
  });

  it("then a file descriptor's content", async () => {
    const folder = temporaryFolder();
    try {
      writeFileSync(join(folder, "secret"), "sesame\n\n");
      const descriptor = openSync(join(folder, "secret"), "r");
      assert.deepEqual(await tried({ BORG_PASSPHRASE_FD: String(descriptor) }), ["sesame"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("tries no other than the environment's, even if it is empty", async () => {
    for (const environment of [{ BORG_PASSPHRASE: "" }, { PATH: "/usr/bin:/bin", BORG_PASSCOMMAND: "echo" }]) {
      const { tried, attempt } = lock();
      await assert.rejects(passphrases(environment, "sesame").unlock("repo", attempt), PassphraseWrong);
      assert.deepEqual(tried, [""]);
    }
  });

  it("tries the empty passphrase, then asks three times", async () => {
    assert.deepEqual(await tried({}, "a", "b", "sesame"), ["", "a", "b", "sesame"]);
    await assert.rejects(tried({}, "a", "b", "c", "sesame"), PasswordRetriesExceeded);
  });

  it("says what it asks for", async () => {
    const prompter = new ScriptedPrompter(["sesame"]);
    await new Passphrases({}, prompter).unlock("/backup/repo", lock().attempt);
    assert.deepEqual(prompter.asked, [{ kind: "unlock", name: "/backup/repo" }]);
  });

  it("fails when nobody answers", async () => {
    await assert.rejects(
      tried({}),
      (error) =>
        error instanceof NoPassphraseFailure &&
        error.data[0] ===
          "BORG_PASSPHRASE is not set. BORG_PASSCOMMAND is not set. Interactive password query failed.",
    );
  });

  it("fails when the command does", async () => {
    for (const command of ["false", "/nonexistent/command x", "echo 'open", "", "sh -c 'kill -9 $$'"]) {
      await assert.rejects(tried({ BORG_PASSCOMMAND: command }), PasscommandFailure);
    }
    await assert.rejects(
      tried({ BORG_PASSCOMMAND: "sh -c 'exit 3'" }),
      (error) => error instanceof PasscommandFailure && String(error.data[0]).includes("exit status 3"),
    );
  });

  it("names the command that fails as BorgBackup does", async () => {
    const reasons = [
      ["false", "Command '['false']' returned non-zero exit status 1."],
      ["/nonexistent/command x", "[Errno 2] No such file or directory: '/nonexistent/command'"],
    ] as const;
    for (const [command, reason] of reasons) {
      await assert.rejects(
        tried({ BORG_PASSCOMMAND: command }),
        (error) => error instanceof PasscommandFailure && error.data[0] === reason,
      );
    }
  });

  it("fails when the descriptor is none", async () => {
    await assert.rejects(tried({ BORG_PASSPHRASE_FD: "stdin" }), NoPassphraseFailure);
  });
});

describe("choose", () => {
  it("takes the new passphrase of the environment before the others", async () => {
    assert.equal(await passphrases({ BORG_NEW_PASSPHRASE: "", BORG_PASSPHRASE: "old" }).choose(), "");
    assert.equal(await passphrases({ BORG_PASSPHRASE: "old" }).choose(), "old");
    assert.equal(await passphrases({ PATH: "/usr/bin:/bin", BORG_PASSCOMMAND: "echo cmd" }).choose(), "cmd");
  });

  it("asks twice until both are the same", async () => {
    const prompter = new ScriptedPrompter(["a", "b", "", ""]);
    assert.equal(await new Passphrases({}, prompter).choose(), "");
    assert.deepEqual(prompter.asked.map(({ kind }) => kind), ["new", "repeat", "new", "repeat"]);
    assert.deepEqual(prompter.notices, [{ kind: "mismatch" }]);
  });

  it("gives up after ten tries", async () => {
    const prompter = new ScriptedPrompter(Array.from({ length: 30 }, (_, i) => String(i)));
    await assert.rejects(new Passphrases({}, prompter).choose(), PasswordRetriesExceeded);
    assert.equal(prompter.asked.length, 20);
  });

  it("displays the passphrase on demand, with its bytes when they are not plain", async () => {
    for (const [passphrase, hex] of [["plain", undefined], ["pä", "70c3a4"]] as const) {
      const prompter = new ScriptedPrompter([passphrase, passphrase], true);
      await new Passphrases({}, prompter).choose();
      assert.deepEqual(prompter.notices, [{ kind: "display", passphrase, ...(hex && { hex }) }]);
    }
  });
});
