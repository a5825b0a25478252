import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { describeTree, type Description } from "../../../interop/describe_tree.ts";
import { ours, type Outcome, type Program, theirs } from "../../../interop/harness.ts";
import { requirePeer, requireRoot } from "../../../interop/requirements.ts";
import { Pair } from "./pair.ts";
import { plant, shell } from "./tree.ts";

describe("extract does as BorgBackup does", requirePeer("borg"), () => {
  let pair: Pair;
  before(() => {
    pair = new Pair();
    plant(pair.source);
    shell(pair.source, "truncate -s 1M d/hole; printf end >>d/hole; setfattr -n user.mark -v yes d/a || true");
    for (const name of ["first", "second"]) pair.run(ours, ["create", `@::${name}`, "d", "e"]);
    pair.items(ours, "first"); // From now on the reader knows the repository and does not ask.
  });
  after(() => pair.remove());

  /** Restores from the repository of our program, after `prepare` has run in the empty folder. */
  function restore(program: Program, args: readonly string[], prepare = ""): Outcome & { folder: string } {
    const folder = pair.fresh(program);
    shell(folder, prepare || ":");
    const repository = pair.repository(ours);
    const base = pair.sandbox.folder(program === ours ? "base-ours" : "base-reader");
    const given = ["extract", ...args.map((arg) => arg.replace("@", repository))];
    const { status, stdout, stderr } = pair.sandbox.run(program, given, { cwd: folder, base });
    return { status, stdout: stdout.replaceAll(folder, "."), stderr: stderr.replaceAll(folder, "."), folder };
  }

  for (
    const [title, args, prepare] of [
      ["everything", ["@::first"]],
      ["everything and lists it", ["--list", "@::first"]],
      ["parts by path, and warns of what is not there", ["--list", "@::first", "d/sub", "nothing"]],
      ["hard links alone", ["@::first", "d/a"]],
      ["hard links together", ["@::first", "d/hard", "d/a"]],
      ["what patterns leave", ["--list", "-e", "sh:**/b*", "--pattern=+d/sub", "--pattern=-d/*", "@::first"]],
      ["with --strip-components 1", ["--list", "--strip-components", "1", "@::first"]],
      ["with --strip-components 2", ["--list", "--strip-components", "2", "@::first", "d"]],
      ["nothing with --dry-run", ["-n", "--list", "@::first", "d"]],
      ["holes with --sparse", ["--sparse", "@::first", "d/hole", "d/zeros", "d/big"]],
      ["by numbers with --numeric-ids", ["--numeric-ids", "@::first"]],
      ["without extended attributes", ["--noxattrs", "--noacls", "--noflags", "@::first"]],
      ["contents to stdout", ["--stdout", "@::first", "d/sub", "d/hard"]],
      [
        "over files, links and empty folders",
        ["@::first"],
        "mkdir -p d/a d/fifo; echo old >d/link; ln -s /etc e; mkdir d/big",
      ],
      ["around full folders", ["@::first", "d/big"], "mkdir -p d/big/full"],
    ] as [string, string[], string?][]
  ) {
    it(`restores ${title}`, () => {
      const [mine, other] = [ours, theirs].map((program) => {
        const { folder, ...outcome } = restore(program, args, prepare);
        return { ...outcome, content: describeTree(folder).map(comparable) };
      });
      assert.deepEqual(mine, other);
    });
  }

  it("makes holes that take no room", () => {
    const { folder } = restore(ours, ["--sparse", "@::first", "d/zeros"]);
    assert.equal(statSync(join(folder, "d/zeros")).blocks, 0);
    assert.ok(statSync(join(restore(ours, ["@::first", "d/zeros"]).folder, "d/zeros")).blocks > 0);
  });

  it("ends well when nobody reads on", () => {
    const env = `BORG_BASE_DIR='${pair.sandbox.path("base-ours")}' '${ours.path}'`;
    const command = `${env} extract --stdout '${
      pair.repository(ours)
    }::first' d/big d/zeros | head -c 1 >/dev/null; echo "\${PIPESTATUS[0]}"`;
    assert.equal(shell(pair.source, command), "0\n");
  });

  it("shows progress in lines, and as events", () => {
    const { stderr } = restore(ours, ["--progress", "@::first", "d/big"]);
    assert.match(stderr, /^Calculating total archive size .*\n {2}0\.0% Extracting: d\/big\n/);
    const events = restore(ours, ["--progress", "--log-json", "@::first", "d/big"]).stderr.trim().split("\n");
    const [counting, at, end] = events.map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual([counting!["total"], at!["total"], at!["info"], end!["finished"]], [0, 600000, ["d/big"], true]);
  });

  for (
    const [title, prepare, status] of [
      ["a link in the place of a parent", "mkdir elsewhere; ln -s elsewhere d", 108],
      ["a file in the place of a parent", "echo >d", 108],
    ] as const
  ) {
    it(`does not write through ${title}`, () => {
      const { folder } = restore(ours, [], prepare);
      const args = ["extract", `${pair.repository(ours)}::first`, "d/sub/b"];
      const { status: ended, stderr } = pair.sandbox.run(ours, args, {
        cwd: folder,
        env: { BORG_EXIT_CODES: "modern" },
      });
      assert.deepEqual([ended, stderr.split("\n").length], [status, 2]);
      assert.match(stderr, /^d\/sub\/b: parent is not a directory: d$/m);
      assert.deepEqual(readdirSync(folder).includes("elsewhere") ? readdirSync(join(folder, "elsewhere")) : [], []);
    });
  }

  it("names a PATH that matches nothing", () => {
    const modern = { BORG_EXIT_CODES: "modern" };
    const args = ["extract", "-n", `${pair.repository(ours)}::first`, "nothing"];
    const { status, stderr } = pair.sandbox.run(ours, args, { env: modern });
    assert.deepEqual([status, stderr], [101, "Include pattern 'nothing' never matched.\n"]);
  });

  it("restores the rest when chunks are missing or damaged", () => {
    for (
      const [problem, expected] of [["missing", /^d\/sub\/b: Object with key/m], [
        "damaged",
        /^d\/sub\/b: Data integrity error/m,
      ]] as const
    ) {
      const copy = pair.sandbox.path(`copy-${problem}`);
      shell(pair.source, `cp -r '${pair.repository(ours)}' '${copy}'`);
      const base = pair.sandbox.folder("base-reader");
      if (problem === "missing") {
        const id = pair.items(ours, "first").find(({ path }) => path === "d/sub/b")!.chunks![0]![0].slice(1);
        pair.sandbox.succeed(theirs, ["debug", "delete-obj", copy, id], { base });
      } else garble(join(copy, "data/0"), "two\n");
      const folder = pair.fresh(ours);
      const { status, stderr } = pair.sandbox.run(ours, ["extract", `${copy}::first`], { cwd: folder });
      assert.equal(status, 2, stderr);
      assert.match(stderr, expected);
      assert.equal(readFileSync(join(folder, "d/big")).length, 600000);
      assert.ok(statSync(join(folder, "e/newest")).isFile());
    }
  });

  describe("as root", requireRoot(), () => {
    it("restores owners by name or by number, and as somebody else without them", () => {
      shell(pair.source, "mkdir own; echo 1 >own/f; chown daemon:bin own/f; mknod own/null c 1 3; chmod 640 own/f");
      pair.run(ours, ["create", "@::own", "own"]);
      const { uid, gid, mode } = statSync(join(restore(ours, ["@::own"]).folder, "own/f"));
      assert.deepEqual([uid, gid, mode & 0o7777], [1, 2, 0o640]);
      const home = pair.sandbox.folder("home-of-nobody");
      const output = shell(
        home,
        `chmod 755 .. ; chmod -R a+rX '${pair.repository(ours)}'; chmod 777 .; export BORG_BASE_DIR=${home}/base
         export BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes
         setpriv --reuid=65534 --regid=65534 --clear-groups '${ours.path}' --bypass-lock extract '${
          pair.repository(ours)
        }::own' 2>&1 || echo "rc $?"
         stat -c '%u %a' own/f`,
      );
      assert.match(output, /^own\/null: mknod: \[Errno 1\] Operation not permitted: /m);
      assert.match(output, /^rc 1\n65534 640$/m);
    });
  });
});

/** Folders that were there before, or are made only to hold something, have the time of now. */
function comparable(entry: Description): Partial<Description> {
  const { mtime_ns: _, ...timeless } = entry;
  return entry.type === "d" ? timeless : entry;
}

/** Changes one byte of stored data. */
function garble(folder: string, content: string): void {
  for (const name of readdirSync(folder)) {
    const bytes = readFileSync(join(folder, name));
    const at = bytes.indexOf(content);
    if (at < 0) continue;
    bytes[at] = bytes[at]! ^ 1;
    writeFileSync(join(folder, name), bytes);
    return;
  }
  assert.fail(`${content} is not stored anywhere`);
}
