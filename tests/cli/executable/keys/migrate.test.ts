import assert from "node:assert/strict";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { environment, ours, type Program, Sandbox, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { converse } from "../terminal.ts";
import { makePassphraseRepository } from "./passphrase_repository.ts";

const MIGRATE = ["key", "migrate-to-repokey", "repo"];
const NEW = { BORG_NEW_PASSPHRASE: "new" };
const OPEN = { BORG_PASSPHRASE: "new" };

describe("a repository of passphrase mode", () => {
  const sandbox = new Sandbox();
  const base = sandbox.folder("base");
  before(async () => await makePassphraseRepository(sandbox, sandbox.path("frozen"), base));
  after(() => sandbox.remove());

  const restore = () => {
    for (const name of ["repo", "base"]) rmSync(sandbox.path(name), { recursive: true, force: true });
    cpSync(sandbox.path("frozen"), sandbox.path("repo"), { recursive: true });
    sandbox.folder("base");
  };
  const run = (program: Program, args: readonly string[], env: Record<string, string> = {}) =>
    sandbox.run(program, args, { base, env });
  const refusal = (args: readonly string[], env: Record<string, string> = {}) => {
    const { status, stderr } = run(ours, args, { BORG_EXIT_CODES: "modern", ...env });
    return `${status} ${stderr}`;
  };
  const config = () => readFileSync(sandbox.path("repo/config"), "utf8");

  it("can be read as it is", () => {
    restore();
    assert.equal(sandbox.succeed(ours, ["extract", "--stdout", "repo::archive"], { base }), "content of the file");
    assert.match(refusal(["list", "repo"], { BORG_PASSPHRASE: "wrong" }), /^52 /);
  });

  describe("gets a key in it", requirePeer("borg"), () => {
    for (const [writer, reader] of [[ours, theirs], [theirs, ours]] as const) {
      it(`by ${writer.name}, for both`, () => {
        restore();
        assert.deepEqual(run(writer, MIGRATE, NEW), { status: 0, stdout: "", stderr: "" });
        assert.match(config(), /^key = /m);
        for (const program of [reader, writer]) {
          const extracted = sandbox.succeed(program, ["extract", "--stdout", "repo::archive"], { base, env: OPEN });
          assert.equal(extracted, "content of the file");
          sandbox.succeed(program, ["create", `repo::${program.name}`, "frozen"], { base, env: OPEN });
          sandbox.succeed(program, ["check", "--verify-data", "repo"], { base, env: OPEN });
        }
        assert.equal(run(ours, ["list", "repo"]).status, 2, "the old passphrase opens it no more");
        const exported = sandbox.succeed(reader, ["key", "export", "repo"], { base });
        assert.match(exported, /^BORG_KEY [0-9a-f]{64}\n/);
      });
    }
  });

  it("keeps the old passphrase when there is no other", () => {
    restore();
    sandbox.succeed(ours, MIGRATE, { base });
    assert.equal(run(ours, ["list", "--short", "repo"]).stdout, "archive\n");
    sandbox.succeed(ours, ["key", "change-passphrase", "repo"], { base, env: NEW });
    assert.equal(run(ours, ["list", "--short", "repo"], OPEN).stdout, "archive\n");
  });

  it("gets one from the passphrases that a person types", async () => {
    restore();
    const { BORG_PASSPHRASE: _, ...env } = environment(base);
    const { status, shown } = await converse(`'${ours.path}' ${MIGRATE.join(" ")}`, [
      { shows: "Enter passphrase for key" },
      { types: "wrong" },
      { shows: "Enter passphrase for key" },
      { types: "correct horse" },
      { shows: "Enter new passphrase: " },
      { types: "new" },
      { shows: "again: " },
      { types: "new" },
    ], { cwd: sandbox.root, env });
    assert.equal(status, 0, shown);
    assert.equal(run(ours, ["list", "--short", "repo"], OPEN).stdout, "archive\n");
  });

  it("stays as it is when the passphrase is wrong, or somebody uses it", () => {
    restore();
    const before = config();
    assert.match(refusal(MIGRATE, { BORG_PASSPHRASE: "wrong" }), /^52 /);
    const lock = sandbox.folder("repo", "lock.exclusive");
    writeFileSync(join(lock, "other@1.1-0"), "");
    assert.match(refusal([...MIGRATE, "--lock-wait", "0"]), /^73 /);
    assert.equal(config(), before);
  });

  it("gives no related secrets before it has a key", () => {
    restore();
    const wish = ["key", "export-related-secrets", "repo"];
    assert.match(refusal(wish), /^4 Command Error: The repository is in passphrase mode: .* comes first\.\n$/);
    sandbox.succeed(ours, MIGRATE, { base });
    assert.equal(JSON.parse(sandbox.succeed(ours, wish, { base })).key_name, "repokey");
  });

  it("is the only one that gets a key, and only once", () => {
    restore();
    sandbox.succeed(ours, MIGRATE, { base });
    const before = config();
    assert.equal(refusal(MIGRATE), "4 Command Error: The repository has a repokey already.\n");
    assert.equal(config(), before);
    for (const mode of ["none", "repokey", "keyfile"]) {
      sandbox.succeed(ours, ["init", "-e", mode, mode], { base });
      const wish = ["key", "migrate-to-repokey", mode];
      assert.equal(refusal(wish), "4 Command Error: The repository is not in passphrase mode.\n");
    }
  });

  it("is signed by upgrade, so that a check takes nothing in it for an attack", requirePeer("borg"), () => {
    restore();
    sandbox.succeed(ours, MIGRATE, { base });
    assert.match(run(ours, ["upgrade", "--check-tam", "repo"]).stdout, /^Key does not demand TAM\.$/m);
    sandbox.succeed(ours, ["upgrade", "--archives-tam", "--tam", "repo"], { base });
    assert.equal(run(ours, ["upgrade", "--check-tam", "--check-archives-tam", "repo"]).status, 0);
    for (const program of [ours, theirs]) sandbox.succeed(program, ["check", "repo"], { base });
  });
});
