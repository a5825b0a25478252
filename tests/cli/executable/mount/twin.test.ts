import assert from "node:assert/strict";
import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ours, type Program, Sandbox, theirs } from "../../../interop/harness.ts";
import { requirePeer, requireRoot } from "../../../interop/requirements.ts";
import { writeTree } from "../../../interop/write_tree.ts";
import { MountPoint, shell } from "./mounted.ts";

/** All that stat, readlink and the contents say; fields end with tabs, entries with NUL. */
const DESCRIBE = `
  find . -mindepth 1 -printf '%y\\t%T@ %A@ %C@\\t%m %U %G %s %b %n\\t%l\\t%P\\0' | sort -z
  find . -type f -print0 | sort -z | xargs -0 sha256sum -z
  stat -f -c '%T %l %s %S %b %f %a %c %d' .`;
/** Without the ACLs, which BorgBackup does not show. */
const XATTRS = `getfattr -R -h -d -m '^user\\.' .`;

describe(
  "what is mounted beside BorgBackup",
  { ...requireRoot(), ...requirePeer("borg", "setfacl", "fusermount3") },
  () => {
    const sandbox = new Sandbox();
    const repository = sandbox.path("repo");

    before(() => {
      const tree = sandbox.folder("source", "tree");
      writeTree(tree, 5);
      shell(
        tree,
        "mknod null c 1 3; mknod disk b 7 300; chown 1234:4321 text; chown -h 1234:4321 link; touch .hidden a.b.c d.",
      );
      sandbox.succeed(theirs, ["init", "-e", "repokey", repository]);
      create("one");
      writeFileSync(join(tree, "text"), "another text");
      writeFileSync(join(tree, "hard1"), "linked to other contents");
      utimesSync(join(tree, "random"), 1_000_000_000, 1_000_000_000);
      shell(tree, "rm a.b.c; mkdir a.b.c; echo x >a.b.c/x; rm link; echo 'no link' >link; echo y >y");
      create("two");
      writeFileSync(join(tree, "y"), "");
      create("three");
    });
    after(() => sandbox.remove());

    function create(archive: string): void {
      sandbox.succeed(theirs, ["create", `${repository}::${archive}`, "tree"], { cwd: sandbox.path("source") });
    }

    /** What a script sees of what a program has mounted. */
    async function seen(program: Program, subject: string, args: readonly string[], script: string): Promise<string[]> {
      let text = "";
      await new MountPoint(sandbox, "mnt", program).within(subject, args, (path) => void (text = shell(path, script)));
      return text.split(/[\0\n]/);
    }

    async function same(subject: string, args: readonly string[], script: string, edit = (line: string) => line) {
      const mine = new Set((await seen(ours, subject, args, script)).map(edit));
      const other = new Set((await seen(theirs, subject, args, script)).map(edit));
      assert.ok(other.size > 10);
      assert.deepEqual([...mine.difference(other)], [...other.difference(mine)]);
    }

    /** Directories that no archive describes have the time of the mount, and archives times that went through a double. */
    const withoutTimes = (line: string) => line.replace(/^d\t[^\t]*/, "d");

    it("is the same in a repository", () =>
      same(repository, [], DESCRIBE, (line) => /\t(one|two|three)$/.test(line) ? withoutTimes(line) : line));
    it("is the same in an archive", () => same(`${repository}::one`, [], DESCRIBE));
    it("has the same extended attributes", () => same(repository, [], XATTRS));
    it("is the same with numbers and owners", () => same(`${repository}::two`, ["--numeric-ids"], DESCRIBE));
    it("is the same with other owners and permissions", () =>
      same(`${repository}::two`, ["-o", "uid=1,gid=2,umask=0137,ignore_permissions"], DESCRIBE));
    it("is the same without leading names", () => same(`${repository}::two`, ["--strip-components", "2"], DESCRIBE));
    it("is the same of what patterns choose", () =>
      same(`${repository}::one`, ["-e", "*/dir/sub", "-e", "sh:**/f1*"], DESCRIBE));
    it("is the same of chosen archives", () => same(repository, ["-a", "t*", "--first", "1"], DESCRIBE, withoutTimes));
    it("has the same versions", () => same(repository, ["-o", "versions"], DESCRIBE, withoutTimes));
    it("has the same versions of a part", () =>
      same(repository, ["-o", "versions", "--strip-components", "1"], DESCRIBE, withoutTimes));
  },
);
