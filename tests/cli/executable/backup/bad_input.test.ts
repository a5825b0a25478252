import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { environment, ours, PASSPHRASE, type RunOptions, Sandbox } from "../../../interop/harness.ts";
import { requireRoot } from "../../../interop/requirements.ts";
import { shell } from "./tree.ts";

/** Exit statuses with BORG_EXIT_CODES=legacy and =modern. */
type Statuses = readonly [legacy: number, modern: number];

describe("what cannot be done is said in one line", () => {
  const sandbox = new Sandbox();
  const tree = sandbox.folder("tree");
  const repository = sandbox.path("repo");
  before(() => {
    writeFileSync(join(tree, "file"), "content");
    sandbox.succeed(ours, ["init", "-e", "repokey-blake2", repository]);
    sandbox.succeed(ours, ["create", `${repository}::taken`, tree]);
  });
  after(() => sandbox.remove());

  function assertRefused(
    args: readonly string[],
    expected: RegExp,
    statuses: Statuses,
    options: RunOptions = {},
  ): void {
    for (const [i, family] of ["legacy", "modern"].entries()) {
      const env = { ...options.env, BORG_EXIT_CODES: family };
      const { status, stdout, stderr } = sandbox.run(ours, args, { ...options, env });
      assert.equal(status, statuses[i], stderr);
      assert.equal(stdout, "");
      assert.match(stderr, expected);
      assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
    }
  }

  it("a repository that is not there, or is none", () => {
    assertRefused(["create", `${sandbox.path("gone")}::a`, tree], /^Repository .*\/gone does not exist\.\n$/, [2, 13]);
    assertRefused(["create", `${tree}::a`, tree], /^.*\/tree is not a valid repository\. Check repo config\.\n$/, [
      2,
      15,
    ]);
    assertRefused(["extract", `${sandbox.path("gone")}::a`], /^Repository .*\/gone does not exist\.\n$/, [2, 13]);
  });

  it("an archive that is there, or is not", () => {
    assertRefused(["create", `${repository}::taken`, tree], /^Archive taken already exists\n$/, [2, 30]);
    assertRefused(["extract", `${repository}::none`], /^Archive none does not exist\n$/, [2, 31]);
  });

  it("a wrong passphrase, or none", () => {
    const wrong = { env: { BORG_PASSPHRASE: "wrong" } };
    assertRefused(["create", `${repository}::a`, tree], /^passphrase supplied in .* is incorrect\.\n$/, [2, 52], wrong);
    assertRefused(["extract", `${repository}::taken`], /^passphrase supplied in .* is incorrect\.\n$/, [2, 52], wrong);
  });

  it("a locked repository", async () => {
    const held = spawn(ours.path, ["create", `${repository}::held`, "-"], {
      env: environment(sandbox.path("base-ours")),
    });
    const ended = new Promise((resolve) => held.on("close", resolve));
    held.stdin.write("x");
    while (!existsSync(join(repository, "lock.exclusive"))) await new Promise((resolve) => setTimeout(resolve, 20));
    const args = ["create", "--lock-wait", "0", `${repository}::a`, tree];
    assertRefused(args, /^Failed to create\/acquire the lock .*\/lock\.exclusive \(timeout\)\.\n$/, [2, 73]);
    held.stdin.end();
    assert.equal(await ended, 0);
  });

  it("nonsense in options", () => {
    for (
      const [options, named] of [
        [["-C", "brotli"], "compression"],
        [["--chunker-params", "1,2"], "chunker-params"],
        [["--chunker-params", "buzhash,10,23,16,4094"], "chunker-params"],
        [["--files-cache", "sometimes"], "files-cache"],
        [["--files-changed", "size"], "files-changed"],
        [["--stdin-mode", "9"], "stdin-mode"],
        [["--timestamp", "yesterday"], "timestamp"],
        [["-c", "soon"], "checkpoint-interval"],
        [["-s", "--quick-stats"], "quick-stats"],
        [["--exclude-from", "/no/such/file"], "/no/such/file"],
      ] as const
    ) {
      const { status, stderr } = sandbox.run(ours, ["create", ...options, `${repository}::bad`, tree]);
      assert.equal(status, 2, options.join(" "));
      assert.ok(stderr.includes(named), `${options.join(" ")}: ${stderr}`);
      assert.doesNotMatch(stderr, /^ +at /m);
    }
    for (
      const args of [["create", `${repository}::a`], ["create", `${repository}::a`, ""], ["create", repository, tree]]
    ) {
      assert.equal(sandbox.run(ours, args).status, 2, args.join(" "));
    }
    assertRefused(
      ["create", "--stdin-user", "nosuchuser", `${repository}::a`, "-"],
      /^Error: no such user: nosuchuser\n$/,
      [2, 2],
    );
    assertRefused(["create", "--comment", "{nonsense}", `${repository}::a`, tree], /^Invalid placeholder/, [2, 2]);
  });

  it("an init that fails leaves neither directory nor key", () => {
    const target = sandbox.path("new");
    const unattended = { env: { BORG_PASSPHRASE: PASSPHRASE, BORG_PASSCOMMAND: "false" } };
    for (const mode of ["repokey", "keyfile", "keyfile-blake2"]) {
      const base = sandbox.folder("base-init");
      const env = { ...environment(base), BORG_PASSCOMMAND: "false" } as Record<string, string>;
      delete env["BORG_PASSPHRASE"];
      const command = Object.entries(env).map(([name, value]) => `${name}='${value}'`).join(" ");
      const script = `env -i ${command} '${ours.path}' init -e ${mode} '${target}' 2>&1 || echo "rc $?"`;
      assert.match(shell(tree, script), /^passcommand supplied in BORG_PASSCOMMAND failed: .*\nrc 2\n$/);
      assert.equal(existsSync(target), false);
      assert.deepEqual(readdirSync(sandbox.folder("base-init", ".config", "borg", "keys")), []);
    }
    assertRefused(
      ["init", "-e", "none", repository],
      /^A repository already exists at .*\/repo\.\n$/,
      [2, 10],
      unattended,
    );
    assertRefused(["init", "-e", "none", tree], /^There is already something at .*\/tree\.\n$/, [2, 19], unattended);
    const deep = sandbox.path("no", "parent");
    assertRefused(["init", "-e", "none", deep], /^The parent path of the repo directory \[.*\] does not exist\.\n$/, [
      2,
      18,
    ], unattended);
    sandbox.succeed(ours, ["init", "-e", "none", "--make-parent-dirs", deep]);
  });

  describe("as root", requireRoot(), () => {
    const small = sandbox.folder("small");

    function onSmallDisk(size: string, action: () => void): void {
      shell(small, `cd ..; mount -t tmpfs -o size=${size} none '${small}'`);
      try {
        action();
      } finally {
        shell(tree, `umount '${small}'`);
      }
    }

    it("a full disk: the repository stays as it was", () => {
      shell(tree, "head -c 12M /dev/urandom >large");
      onSmallDisk("8m", () => {
        const full = join(small, "repo");
        sandbox.succeed(ours, ["init", "-e", "none", full]);
        assertRefused(["create", `${full}::a`, tree], /no space left on device|No space left on device|free space/i, [
          2,
          2,
        ]);
        assert.equal(existsSync(join(full, "lock.exclusive")), false);
        sandbox.succeed(ours, ["create", `${full}::b`, join(tree, "file")]);
        assert.equal(sandbox.succeed(ours, ["list", "--short", full]), "b\n");
        sandbox.succeed(ours, ["check", full]);
      });
    });

    it("a full disk under the cache: the repository stays as it was", () => {
      onSmallDisk("60k", () => {
        const args = ["create", `${repository}::nocache`, tree];
        const { status, stderr } = sandbox.run(ours, args, { base: small });
        assert.equal(status, 2);
        assert.match(stderr, /no space left on device/i);
        assert.doesNotMatch(stderr, /^ +at /m);
      });
      assert.equal(existsSync(join(repository, "lock.exclusive")), false);
      assert.doesNotMatch(sandbox.succeed(ours, ["list", "--short", repository]), /nocache/);
    });

    it("a full disk under keys and cache: an init leaves nothing", () => {
      onSmallDisk("40k", () => {
        const { status } = sandbox.run(ours, ["init", "-e", "keyfile", "--append-only", sandbox.path("unborn")], {
          base: small,
        });
        assert.equal(status, 2);
        assert.equal(existsSync(sandbox.path("unborn")), false);
        assert.deepEqual(readdirSync(join(small, ".config/borg/keys")), []);
      });
    });

    it("a repository that may not be read", () => {
      shell(sandbox.root, "chmod 755 .; mkdir -m 777 nobody; chmod 700 repo");
      for (const [family, status] of [["legacy", 2], ["modern", 21]] as const) {
        const output = shell(
          tree,
          `export BORG_EXIT_CODES=${family} BORG_BASE_DIR='${sandbox.path("nobody")}/base'
           setpriv --reuid=65534 --regid=65534 --clear-groups '${ours.path}' create '${repository}::a' file 2>&1 || echo "rc $?"`,
        );
        assert.match(output, new RegExp(`^Permission denied to .*/repo\\.\\nrc ${status}\\n$`));
      }
    });
  });
});
