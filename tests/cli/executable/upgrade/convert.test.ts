import assert from "node:assert/strict";
import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { environment, ours, type Program, type RunOptions, Sandbox, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { makeAttic } from "./attic.ts";

const COPY = { recursive: true, preserveTimestamps: true };
const BACKUP = /^repo\.before-upgrade-\d{4}-\d\d-\d\d-\d\d:\d\d:\d\d$/;

/** Every file below a folder with its content in hex; names of copies without their time. */
function filesOf(folder: string, skip = /^$/, inner = ""): [string, string][] {
  return readdirSync(join(folder, inner)).sort().flatMap((name): [string, string][] => {
    const path = inner === "" ? name : `${inner}/${name}`;
    if (skip.test(path)) return [];
    if (lstatSync(join(folder, path)).isDirectory()) return filesOf(folder, skip, path);
    return [[path.replace(/before-upgrade-[^/]*/, "before-upgrade"), readFileSync(join(folder, path)).toString("hex")]];
  });
}

/** A repository of Attic, to begin with anew for each test: always at the same place. */
class AtticStage {
  readonly sandbox = new Sandbox();
  readonly base: string = this.sandbox.folder("base");
  readonly repository: string = this.sandbox.path("repo");

  constructor(mode: string) {
    makeAttic(this.sandbox, ours, mode, this.repository, this.base);
    for (const name of ["base", "repo"]) cpSync(this.sandbox.path(name), this.sandbox.path(`frozen-${name}`), COPY);
  }

  restore(): void {
    for (const name of readdirSync(this.sandbox.root)) {
      if (/^(base|repo)/.test(name)) rmSync(this.sandbox.path(name), { recursive: true });
    }
    for (const name of ["base", "repo"]) cpSync(this.sandbox.path(`frozen-${name}`), this.sandbox.path(name), COPY);
  }

  run(program: Program, args: readonly string[], options: RunOptions = {}) {
    return this.sandbox.run(program, args, { base: this.base, ...options });
  }

  succeed(program: Program, args: readonly string[], options: RunOptions = {}): string {
    return this.sandbox.succeed(program, args, { base: this.base, ...options });
  }

  /** All files of repository, copies, keys and caches. The words in the tag of the cache are everybody's own. */
  files(): [string, string][] {
    return filesOf(this.sandbox.root, /^frozen-|CACHEDIR\.TAG$|^[ab]$/);
  }

  backups(): string[] {
    return readdirSync(this.sandbox.root).filter((name) => name.startsWith("repo.before"));
  }

  keyFile(...folder: string[]): string {
    const [name] = readdirSync(join(this.base, ...folder));
    return join(this.base, ...folder, name!);
  }
}

for (const mode of ["none", "keyfile"]) {
  describe(`a repository of Attic, ${mode}`, () => {
    let stage: AtticStage;
    before(() => {
      stage = new AtticStage(mode);
    });
    after(() => stage.sandbox.remove());

    describe("is converted as BorgBackup converts it", requirePeer("borg"), () => {
      for (const options of [[], ["--inplace"]]) {
        it(["upgrade", ...options].join(" "), () => {
          const [mine, other] = [ours, theirs].map((program) => {
            stage.restore();
            const { status, stdout } = stage.run(program, ["upgrade", ...options, "repo"]);
            return { status, stdout, files: stage.files() };
          });
          assert.deepEqual(mine, other);
          assert.equal(mine!.status, 0);
          assert.equal(mine!.files.some(([path]) => path.startsWith("repo.before-upgrade/")), options.length === 0);
        });
      }

      it("and is a sound repository for both", () => {
        stage.restore();
        stage.succeed(ours, ["upgrade", "repo"]);
        for (const program of [ours, theirs]) {
          assert.match(stage.succeed(program, ["list", "--short", "repo"]), /^one\ntwo\n/);
          stage.succeed(program, ["check", "--verify-data", "repo"]);
          stage.succeed(program, ["create", `repo::${program.name}`, "a"]);
        }
        assert.equal(stage.succeed(ours, ["extract", "--stdout", "repo::one", "a"]), "first\n");
      });
    });

    it("is refused until it has been converted", () => {
      stage.restore();
      const { status, stderr } = stage.run(ours, ["list", "repo"], { env: { BORG_EXIT_CODES: "modern" } });
      assert.equal(status, 11);
      assert.equal(stderr, `Attic repository detected. Please run "borg upgrade ${stage.repository}".\n`);
    });

    it("keeps a copy of hard links that can be gone back to", () => {
      stage.restore();
      stage.succeed(ours, ["upgrade", "repo"]);
      const [name] = stage.backups();
      assert.match(name!, BACKUP);
      assert.deepEqual(filesOf(stage.sandbox.path(name!)), filesOf(stage.sandbox.path("frozen-repo")));
      const inode = (path: string) => lstatSync(stage.sandbox.path(path)).ino;
      assert.equal(inode(`${name}/config`), inode("repo/config"));
      assert.notEqual(inode(`${name}/data/0/0`), inode("repo/data/0/0"));
    });

    it("in place: no copy, and segments stay the files that they were", () => {
      stage.restore();
      const { ino } = lstatSync(stage.sandbox.path("repo/data/0/0"));
      stage.succeed(ours, ["upgrade", "--inplace", "repo"]);
      assert.deepEqual(stage.backups(), []);
      assert.equal(lstatSync(stage.sandbox.path("repo/data/0/0")).ino, ino);
      assert.match(readFileSync(stage.sandbox.path("repo/data/0/0"), "latin1"), /^BORG_SEG/);
    });

    it("-n changes nothing and tells in their order the steps that are taken without it", () => {
      stage.restore();
      const before = stage.files();
      for (const options of [[], ["--inplace"]]) {
        const told = stage.succeed(ours, ["upgrade", "-n", ...options, "repo"]);
        assert.deepEqual(stage.files(), before);
        const { stderr } = stage.run(ours, ["upgrade", "-v", ...options, "repo"]);
        const steps = (text: string, verb: string) =>
          text.split("\n").filter((line) => line.startsWith(verb)).map((line) =>
            line.slice(verb.length).replace(/before-upgrade-[^']*/, "")
          );
        assert.deepEqual(steps(told, "would "), steps(stderr, "going to "));
        assert.equal(steps(told, "would ").length, 6 + (mode === "keyfile" ? 1 : 0) + (options.length === 0 ? 1 : 0));
        stage.restore();
      }
    });

    it("has nothing more to be converted afterwards", () => {
      stage.restore();
      stage.succeed(ours, ["upgrade", "--inplace", "repo"]);
      const before = stage.files();
      const { status, stderr } = stage.run(ours, ["upgrade", "-v", "repo"]);
      assert.equal(status, 0);
      assert.match(stderr, /^There is nothing to convert\.$/m);
      assert.deepEqual(stage.files(), before);
    });

    it("goes on where it was interrupted", () => {
      stage.restore();
      const newest = stage.sandbox.path("repo/data/0/4");
      const content = readFileSync(newest);
      stage.succeed(ours, ["upgrade", "--inplace", "repo"]);
      const converted = stage.files();
      writeFileSync(newest, content);
      writeFileSync(stage.sandbox.path("repo/README"), "This is an Attic repository\n");
      assert.match(stage.succeed(ours, ["upgrade", "--inplace", "-n", "repo"]), /^would convert 1 segments$/m);
      stage.succeed(ours, ["upgrade", "--inplace", "repo"]);
      assert.deepEqual(stage.files(), converted);
    });
  });
}

describe("the conversion of a repository", () => {
  let stage: AtticStage;
  before(() => {
    stage = new AtticStage("keyfile");
  });
  after(() => stage.sandbox.remove());

  it("shows how far it is, as BorgBackup does", requirePeer("borg"), () => {
    const events = [ours, theirs].map((program) => {
      stage.restore();
      const { stderr } = stage.run(program, ["upgrade", "--inplace", "--log-json", "--progress", "repo"]);
      const lines = stderr.split("\n").filter((line) => line.includes("upgrade.convert_segments"));
      return lines.map((line) => ({ ...JSON.parse(line), time: 0 }));
    });
    assert.deepEqual(events[0], events[1]);
    assert.ok(events[0]!.length > 5);
  });

  it("finds key files and caches where ATTIC_KEYS_DIR and ATTIC_CACHE_DIR say", () => {
    stage.restore();
    cpSync(join(stage.base, ".attic/keys"), join(stage.base, "k"), COPY);
    cpSync(join(stage.base, ".cache/attic"), join(stage.base, "c"), COPY);
    for (const name of [".attic", ".cache/attic"]) rmSync(join(stage.base, name), { recursive: true });
    const env = {
      ATTIC_KEYS_DIR: join(stage.base, "k"),
      ATTIC_CACHE_DIR: join(stage.base, "c"),
      BORG_KEYS_DIR: join(stage.base, "new"),
    };
    stage.succeed(ours, ["upgrade", "repo"], { env });
    assert.match(readFileSync(stage.keyFile("new"), "utf8"), /^BORG_KEY [0-9a-f]{64}\n/);
    assert.equal(lstatSync(stage.keyFile("new")).mode & 0o777, 0o600);
    assert.ok(existsSync(stage.keyFile("k")), "Attic's key file stays");
    const [id] = readdirSync(join(stage.base, "c"));
    assert.match(readFileSync(join(stage.base, ".cache/borg", id!, "chunks"), "latin1"), /^BORG_IDX/);
    stage.succeed(ours, ["list", "repo"], { env });
  });

  it("neither overwrites another repository's key file nor a key that is there", () => {
    stage.restore();
    const keys = join(stage.base, ".config/borg/keys");
    const old = stage.keyFile(".attic", "keys");
    const name = old.slice(old.lastIndexOf("/") + 1);
    mkdirSync(keys, { recursive: true });
    writeFileSync(join(keys, name), "another one's");
    stage.succeed(ours, ["upgrade", "repo"]);
    assert.equal(readFileSync(join(keys, name), "utf8"), "another one's");
    stage.succeed(ours, ["key", "change-passphrase", "repo"], { env: { BORG_NEW_PASSPHRASE: "new" } });
    const changed = readFileSync(join(keys, `${name}.2`), "utf8");
    assert.equal(stage.run(ours, ["upgrade", "-v", "repo"]).status, 0);
    assert.deepEqual(readdirSync(keys).sort(), [name, `${name}.2`]);
    assert.equal(readFileSync(join(keys, `${name}.2`), "utf8"), changed);
  });

  it("leaves a cache that BorgBackup has of the repository alone", () => {
    stage.restore();
    stage.succeed(ours, ["upgrade", "--inplace", "repo"]);
    stage.succeed(ours, ["create", "repo::three", "a"]);
    const cache = () => filesOf(join(stage.base, ".cache/borg"));
    const before = cache();
    assert.doesNotMatch(stage.succeed(ours, ["upgrade", "-n", "repo"]), /cache/);
    stage.succeed(ours, ["upgrade", "repo"]);
    assert.deepEqual(cache(), before);
  });

  for (const program of [ours, theirs]) {
    it(`moves the key file of BorgBackup before 1.0: ${program.name}`, requirePeer("borg"), () => {
      stage.restore();
      stage.succeed(ours, ["upgrade", "--inplace", "repo"]);
      const content = readFileSync(stage.keyFile(".config/borg/keys"), "utf8");
      mkdirSync(join(stage.base, ".borg"));
      cpSync(join(stage.base, ".config/borg/keys"), join(stage.base, ".borg/keys"), COPY);
      for (const name of [".attic", ".config/borg/keys"]) rmSync(join(stage.base, name), { recursive: true });
      const { status, stderr } = stage.run(program, ["upgrade", "--inplace", "repo"]);
      assert.equal(status, 0, stderr);
      assert.deepEqual(readdirSync(join(stage.base, ".borg/keys")), []);
      assert.equal(readFileSync(stage.keyFile(".config/borg/keys"), "utf8"), content);
    });
  }

  it("says when there is no key file, and goes on", () => {
    stage.restore();
    rmSync(join(stage.base, ".attic"), { recursive: true });
    const { status, stderr } = stage.run(ours, ["upgrade", "repo"]);
    assert.equal(status, 0);
    assert.equal(stderr, "no key file found for repository\n");
    assert.match(stage.run(ours, ["list", "repo"]).stderr, /^No key file for repository /);
  });

  it("refuses what it cannot convert", () => {
    stage.restore();
    const refuse = (...args: string[]) => {
      const { status, stderr } = stage.run(ours, ["upgrade", ...args], { env: { BORG_EXIT_CODES: "modern" } });
      return `${status} ${stderr.replaceAll(stage.sandbox.root, "ROOT")}`;
    };
    assert.equal(refuse("missing"), "13 Repository ROOT/missing does not exist.\n");
    assert.equal(refuse("base"), "15 ROOT/base is not a valid repository. Check repo config.\n");
    assert.equal(
      refuse("ssh://host/repo"),
      "4 Command Error: Only repositories on this machine can be converted.\n",
    );
    assert.match(refuse("repo::archive"), /^2 [^]*No archive can be specified/);
    mkdirSync(stage.sandbox.path("repo/lock.exclusive"));
    writeFileSync(stage.sandbox.path("repo/lock.exclusive/other@1.1-0"), "");
    assert.match(refuse("--lock-wait", "0", "repo"), /^73 Failed to create\/acquire the lock /);
    assert.deepEqual(stage.backups(), []);
    rmSync(stage.sandbox.path("repo/lock.exclusive"), { recursive: true });
    rmSync(stage.sandbox.path("repo/config"));
    assert.match(refuse("repo"), /^15 /);
  });

  it("converts the repository of the environment", () => {
    stage.restore();
    const env = { ...environment(stage.base), BORG_REPO: stage.repository };
    stage.succeed(ours, ["upgrade", "--inplace"], { env });
    assert.match(readFileSync(stage.sandbox.path("repo/data/0/0"), "latin1"), /^BORG_SEG/);
  });
});
