import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { ours, type Outcome, type Program, Sandbox, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { readObjectIds } from "../../../interop/segments.ts";
import { takeSignatures, type Unsigning } from "./unsigned.ts";

/** A repository with the archives a and b, and a machine that uses it. */
class Subject {
  readonly path: string;
  readonly base: string;

  constructor(readonly sandbox: Sandbox, readonly mode: string, name: string) {
    this.path = sandbox.path(name);
    this.base = sandbox.folder(`base-${name}`);
    this.succeed(ours, "init", "-e", mode, this.path);
    for (const archive of ["a", "b"]) this.succeed(ours, "create", `${this.path}::${archive}`, this.base);
  }

  run(program: Program, ...args: string[]): Outcome {
    return this.sandbox.run(program, args, { base: this.base, env: { BORG_EXIT_CODES: "modern" } });
  }

  succeed(program: Program, ...args: string[]): string {
    return this.sandbox.succeed(program, args, { base: this.base });
  }

  upgrade(...options: string[]): Outcome {
    return this.run(ours, "upgrade", ...options, this.path);
  }

  async unsign(unsigning: Unsigning): Promise<void> {
    await takeSignatures(this.path, this.base, unsigning);
  }

  /** What manifest, key and this machine say of it. */
  demands(): { machine: boolean; check: string } {
    const [id] = readdirSync(join(this.base, ".config/borg/security"));
    const machine = readdirSync(join(this.base, ".config/borg/security", id!)).includes("tam_required");
    return { machine, check: this.upgrade("--check-tam").stdout };
  }

  /** What the manifest says of it to BorgBackup. */
  manifestDemands(): unknown {
    return JSON.parse(this.succeed(theirs, "debug", "dump-manifest", this.path, "-")).config.tam_required;
  }

  files(): string[] {
    return readdirSync(join(this.path, "data/0"));
  }

  tams(): string {
    return this.succeed(ours, "list", "--format", "{archive} {tam}{NL}", this.path);
  }

  key(): string {
    const config = readFileSync(join(this.path, "config"), "utf8");
    const keys = join(this.base, ".config/borg/keys");
    return config + readdirSync(keys).map((name) => readFileSync(join(keys, name), "utf8")).join("");
  }
}

const masked = (text: string) => text.replace(/\[[0-9a-f]{64}\]/g, "[ID]").replace(/\w{3}, [\d-]+ [\d:]+/g, "TIME");
const line = (name: string) => `${name.padEnd(36)} TIME [ID]`;

describe("the demand for a signed manifest", requirePeer("borg"), () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());
  const subject = (mode: string, name: string) => new Subject(sandbox, mode, name);

  for (const mode of ["repokey-blake2", "keyfile"]) {
    it(`is taken back and put up again as BorgBackup does: ${mode}`, () => {
      const subjects = [ours, theirs].map((program) => ({
        program,
        subject: subject(mode, `${program.name}-${mode}`),
      }));
      const [mine, other] = subjects.map(({ program, subject }) =>
        [["--disable-tam"], ["--tam"], ["--tam"], ["--tam", "--force"]].map((options) => {
          const { status, stdout, stderr } = subject.run(program, "upgrade", ...options, subject.path);
          const text = masked(stdout + stderr).replace(/^(Key location:) .*/m, "$1 SOMEWHERE");
          return { status, text, ...subject.demands() };
        })
      );
      assert.deepEqual(mine, other);
      const [released, required] = mine!;
      assert.deepEqual([released!.machine, required!.machine], [false, true]);
      assert.match(released!.check, /^Manifest does not demand TAM\.\nKey does not demand TAM\.$/m);
      assert.equal(required!.check, "Manifest TAM present and valid.\nManifest demands TAM.\nKey demands TAM.\n");
      for (const { subject } of subjects) assert.equal(subject.manifestDemands(), true);
      subjects[0]!.subject.succeed(theirs, "check", subjects[0]!.subject.path);
    });
  }

  it("is noted in a repository without a key as well, in manifest and on this machine", () => {
    const plain = subject("none", "none");
    assert.equal(plain.upgrade("--check-tam").status, 1);
    const { stdout, status } = plain.upgrade("--tam");
    assert.equal(status, 0);
    assert.equal(
      masked(stdout),
      `Manifest contents:\n${line("a")} [ID]\n${line("b")} [ID]\nUpdated security database\n`,
    );
    assert.equal(plain.manifestDemands(), true);
    assert.deepEqual(plain.demands(), {
      machine: true,
      check: "Manifest TAM present and valid.\nManifest demands TAM.\n",
    });
    assert.equal(plain.upgrade("--check-tam").status, 0);
    assert.equal(plain.upgrade("--disable-tam").status, 0);
    assert.deepEqual([plain.demands().machine, plain.manifestDemands()], [false, false]);
    plain.succeed(theirs, "check", plain.path);
  });

  it("is put up for a repository of old, with its archives shown", async () => {
    const old = subject("repokey", "old");
    await old.unsign({ archives: ["b"], manifest: true, key: true });
    // This machine remembers that the manifest was signed once: somebody may have put another in its place.
    assert.equal(old.run(ours, "list", old.path).status, 98);
    assert.equal(old.upgrade("--tam").status, 98);
    const { status, stdout } = old.upgrade("--check-tam");
    assert.equal(status, 1);
    assert.equal(stdout, "Manifest TAM not present.\nManifest does not demand TAM.\nKey does not demand TAM.\n");
    const forced = old.upgrade("--tam", "--force");
    assert.equal(forced.status, 0);
    assert.equal(forced.stderr, "Manifest authentication DISABLED.\n");
    assert.equal(
      masked(forced.stdout).replace(/: .*\/old$/m, ": REPO"),
      `Manifest contents:\n${line("a")} [ID]\n${line("b")} [ID]\nKey updated\nKey location: REPO\n`,
    );
    assert.equal(old.upgrade("--check-tam").status, 0);
    for (const program of [ours, theirs]) old.succeed(program, "list", old.path);
  });

  it("is put up on a machine that has never seen the repository", async () => {
    const old = subject("repokey", "fresh");
    await old.unsign({ manifest: true, key: true });
    const elsewhere = sandbox.folder("elsewhere");
    const run = (...args: string[]) => sandbox.run(ours, [...args, old.path], { base: elsewhere });
    assert.equal(run("list").status, 0);
    const { status, stdout, stderr } = run("upgrade", "--tam");
    assert.equal(status, 0, stderr);
    assert.equal(stderr, "");
    assert.match(stdout, /^Manifest contents:\n[^]*\nKey updated\n[^]*\nUpdated security database\n$/);
  });

  it("-n changes nothing and tells what would be done", () => {
    const dry = subject("repokey", "dry");
    const before = [dry.files(), dry.key(), dry.demands()];
    const released = masked(dry.upgrade("--disable-tam", "-n").stdout).replace(/at .*\/dry/, "at REPO");
    const free = "that the manifest need not be signed";
    assert.equal(
      released,
      `would sign the manifest and note in it ${free}; it lists\n${line("a")} [ID]\n${line("b")} [ID]\n` +
        `would note in the key at REPO ${free}\nwould note on this machine ${free}\n`,
    );
    assert.deepEqual([dry.files(), dry.key(), dry.demands()], before);
    assert.deepEqual(dry.upgrade("--tam", "-n"), { status: 0, stdout: "", stderr: "" });
    dry.succeed(ours, "upgrade", "--disable-tam", dry.path);
    const required = dry.upgrade("--tam", "-n").stdout;
    assert.equal(required.split("would ").length, 4);
    assert.match(required, /^would note in the key at .* that the manifest must be signed$/m);
    assert.deepEqual(dry.upgrade("--disable-tam", "-n").stdout, "");
  });

  it("refuses options that exclude each other", () => {
    for (const options of [["--tam", "--disable-tam"], ["--check-tam", "--tam"], ["--check-tam", "--disable-tam"]]) {
      const { status, stderr } = sandbox.run(ours, ["upgrade", ...options, "repo"]);
      assert.equal(status, 2);
      assert.equal(stderr, "Command Error: --tam, --check-tam and --disable-tam exclude each other\n");
    }
    const { stderr } = sandbox.run(ours, ["upgrade", "--archives-tam", "--check-archives-tam", "repo"]);
    assert.equal(stderr, "Command Error: --archives-tam and --check-archives-tam exclude each other\n");
  });
});

describe("signatures of archives", requirePeer("borg"), () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());

  for (const mode of ["none", "repokey"]) {
    it(`are looked at and made: ${mode}`, async () => {
      const it = new Subject(sandbox, mode, `archives-${mode}`);
      it.succeed(ours, "create", `${it.path}::c.checkpoint`, it.base);
      assert.equal(it.upgrade("--check-archives-tam").status, 0);
      await it.unsign({ archives: ["a"] });
      it.succeed(theirs, "rename", `${it.path}::b`, "wrong");
      const present = `Archive TAM present:     ${line("c.checkpoint")}\n`;
      const found = `Archive TAM not present: ${line("a")}\nArchive TAM invalid:     ${line("wrong")}\n${present}`;
      const check = it.upgrade("--check-archives-tam");
      assert.equal(check.status, 1);
      assert.equal(masked(check.stdout), found);
      const env = { BORG_EXIT_CODES: "modern", BORG_WORKAROUNDS: "ignore_invalid_archive_tam" };
      for (const command of ["info", "list", "extract"]) {
        const args = [command, ...command === "extract" ? ["-n"] : [], `${it.path}::wrong`];
        assert.equal(it.run(ours, ...args).status, 95, command);
        assert.equal(sandbox.run(ours, args, { base: it.base, env }).status, 0, command);
      }

      const [files, ids] = [it.files(), readObjectIds(it.path)];
      const dry = it.upgrade("--archives-tam", "-n");
      assert.equal(dry.status, 0);
      assert.equal(masked(dry.stdout), found);
      assert.deepEqual(it.files(), files);

      const { status, stdout } = it.upgrade("--archives-tam");
      assert.equal(status, 0);
      const added = (name: string) => `Added archive TAM:       ${line(name)} -> [ID]\n`;
      assert.equal(masked(stdout), added("a") + added("wrong") + present);
      assert.equal(it.tams(), "a verified\nwrong verified\n");
      assert.equal(it.upgrade("--check-archives-tam").status, 0);
      const after = readObjectIds(it.path);
      assert.equal(after.size, ids.size, "the old metadata is gone");
      for (const [, old, fresh] of stdout.matchAll(/\[([0-9a-f]+)\] -> \[([0-9a-f]+)\]/g)) {
        assert.deepEqual([ids.has(old!), after.has(old!), after.has(fresh!)], [true, false, true]);
      }
      for (const program of [ours, theirs]) it.succeed(program, "check", "--verify-data", it.path);
      it.succeed(theirs, "delete", `${it.path}::a`);
      it.succeed(theirs, "check", it.path);
    });
  }

  it("are made even if the cache has to read the archives first", () => {
    const it = new Subject(sandbox, "repokey", "resync");
    it.succeed(theirs, "rename", `${it.path}::b`, "wrong");
    it.succeed(ours, "delete", "--cache-only", it.path);
    assert.equal(it.upgrade("--archives-tam").status, 0);
    assert.equal(it.tams(), "a verified\nwrong verified\n");
  });

  it("that are all there cost no transaction", () => {
    const it = new Subject(sandbox, "authenticated", "signed");
    const files = it.files();
    assert.equal(it.upgrade("--archives-tam").status, 0);
    assert.deepEqual(it.files(), files);
  });

  it("and the manifest's can be seen to at once", async () => {
    const it = new Subject(sandbox, "repokey", "both");
    await it.unsign({ archives: ["a", "b"], manifest: true, key: true });
    assert.equal(it.upgrade("--check-tam", "--check-archives-tam").status, 98);
    const { status, stdout } = it.upgrade("--tam", "--force", "--archives-tam");
    assert.equal(status, 0);
    assert.match(stdout, CONTENTS_THEN_ADDED);
    assert.equal(it.upgrade("--check-tam", "--check-archives-tam").status, 0);
  });
});

const CONTENTS_THEN_ADDED = /^Manifest contents:\n[^]*Key updated\n[^]*Added archive TAM:[^]*Added archive TAM:/;
