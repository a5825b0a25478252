import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { Buffer } from "node:buffer";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { ours, type Outcome, type Program, Sandbox, theirs } from "../../../interop/harness.ts";
import { requirePeer, requireRoot } from "../../../interop/requirements.ts";
import { writeTree } from "../../../interop/write_tree.ts";

const LONG = "n".repeat(120);
const MORE = `
  mkdir more; cd more; echo x > f; ln f g; mkfifo p; ln p p2; ln -s ${
  "l".repeat(150)
} long; mkdir ${LONG}; echo y > ${LONG}/a
  ln ${LONG}/a ${LONG}/b; touch -d 1970-01-01T00:00:00Z old; touch -d 2100-01-01 far; touch -d '2021-03-04 05:06:07.89' part
  chmod 4755 f; chmod 1777 .`;
const DEVICES = "mknod more/c c 4 300; mknod more/b b 259 70000; chown 3000000:4000000 more/old";

/** An archive's items, without compressed lengths, as BorgBackup reads them. */
interface Dump {
  readonly _meta: Record<string, unknown>;
  readonly _items: { chunks?: [id: string, size: number, csize: number][]; path: string; source?: string }[];
}

describe("tar files", requirePeer("borg", "tar"), () => {
  const sandbox = new Sandbox();
  const base = sandbox.folder("base");
  const cwd = sandbox.folder("source");
  const repository = sandbox.path("repository");
  const reference = sandbox.path("reference.tar");
  const archive = `${repository}::a`;

  function run(program: Program, args: readonly string[], input: string | Uint8Array = ""): Outcome {
    return sandbox.run(program, args, { base, cwd: sandbox.root, input });
  }

  function items(name: string): { items: Dump["_items"]; meta: Dump["_meta"] } {
    const path = sandbox.path("dump");
    rmSync(path, { force: true });
    sandbox.succeed(theirs, ["debug", "dump-archive", `${repository}::${name}`, path], { base });
    const { _items, _meta } = JSON.parse(readFileSync(path, "utf8")) as Dump;
    for (const { chunks = [] } of _items) for (const chunk of chunks) chunk[2] = 0;
    return { items: _items, meta: _meta };
  }

  before(() => {
    writeTree(cwd, 3);
    execFileSync("sh", ["-c", MORE], { cwd });
    if (process.getuid?.() === 0) execFileSync("sh", ["-c", DEVICES], { cwd });
    sandbox.succeed(theirs, ["init", "-e", "none", repository], { base });
    sandbox.succeed(theirs, ["create", archive, "."], { base, cwd });
    sandbox.succeed(theirs, ["export-tar", archive, reference], { base });
  });
  after(() => sandbox.remove());

  const exports = [
    [],
    ["more", "nothing"],
    ["--strip-components", "1"],
    ["more/g", "more/p2"],
    ["-e", "*.txt", "--exclude", `*/${LONG}`],
    ["--tar-filter", "tr a b"],
    ["--tar-filter", 'sh -c "cat; exit 7"'],
  ];
  for (const [i, args] of exports.entries()) {
    it(`are written byte for byte as BorgBackup writes them: ${args.join(" ")}`, () => {
      const options = args[0]?.startsWith("-") ? args : [];
      const paths = options.length > 0 ? [] : args;
      const outcomes = [ours, theirs].map((program) => {
        const path = sandbox.path(`${program.name}${i}.tar`);
        const outcome = run(program, ["export-tar", "--list", ...options, archive, path, ...paths]);
        return { ...outcome, tar: readFileSync(path) };
      });
      assert.deepEqual(outcomes[0], outcomes[1]);
    });
  }

  for (const ending of ["tar", "tar.gz", "tgz", "tar.bz2", "tbz", "tar.xz", "txz", "tar.zst", "tar.zstd", "tar.lz4"]) {
    it(`are compressed by their name, there and back: .${ending}`, () => {
      const path = sandbox.path(`compressed.${ending}`);
      sandbox.succeed(ours, ["export-tar", archive, path], { base });
      const name = `back-${ending}`;
      sandbox.succeed(ours, ["import-tar", `${repository}::${name}`, path], { base });
      sandbox.succeed(ours, ["export-tar", `${repository}::${name}`, sandbox.path("again.tar")], { base });
      assert.deepEqual(readFileSync(sandbox.path("again.tar")), readFileSync(reference));
    });
  }

  it("go to standard output and come from standard input", () => {
    const other = sandbox.path("other");
    sandbox.succeed(ours, ["init", "-e", "none", other], { base });
    const shell = `"$1" export-tar "$2" - | "$1" import-tar --list --filter s "$3" - 2>&1`;
    const env = { ...sandboxEnvironment(), LANG: "C.UTF-8" };
    const args = ["-c", shell, "sh", ours.path, archive, `${other}::pipe`];
    const listed = execFileSync("sh", args, { env, encoding: "utf8" });
    assert.match(listed, /^s more\/long$/m);
    assert.ok(!/^[^s]/m.test(listed), listed);
  });

  const kinds = [
    "gnu",
    "pax",
    "ustar --exclude=long",
    "v7 --exclude=long --exclude=p --exclude=p2",
    "gnu -S",
    "pax -S",
  ];
  for (const [i, kind] of kinds.entries()) {
    it(`become the archive that BorgBackup makes of them: ${kind}`, () => {
      const path = sandbox.path(`kind${i}.tar`);
      const exclude = /ustar|v7/.test(kind) ? ["--exclude=b", "--exclude=c", "--exclude=old", `--exclude=${LONG}`] : [];
      const words = [`--format=${kind.split(" ")[0]}`, ...kind.split(" ").slice(1), ...exclude];
      execFileSync("tar", ["-C", cwd, "-cf", path, ...words, "more", "dir", "sparse", "empty"]);
      const [mine, other] = [ours, theirs].map((program) => {
        const name = `${program.name}${i}`;
        const outcome = run(program, ["import-tar", "--list", "--comment", "c", `${repository}::${name}`, path]);
        const { items: found, meta } = items(name);
        const { nfiles, comment, chunker_params } = meta;
        return { outcome, found, nfiles, comment, chunker_params };
      });
      assert.deepEqual(mine, other);
      assert.equal(mine!.outcome.status, 0);
    });
  }

  it("have their paths normalised, but not what links point to", () => {
    const path = sandbox.path("dotted.tar");
    execFileSync("tar", ["-C", cwd, "-cf", path, "--format=gnu", "./more/f", "./more/g"]);
    const { stderr } = run(ours, ["import-tar", "--list", `${repository}::dotted`, path]);
    assert.equal(stderr, "A more/f\nh more/g\n");
    assert.deepEqual(items("dotted").items.map(({ path, source }) => [path, source]), [
      ["more/f", undefined],
      ["more/g", "./more/f"],
    ]);
  });

  it("may lie one behind the other", () => {
    const two = Buffer.concat([readFileSync(reference), readFileSync(reference)]);
    const count = (name: string) => items(name).items.length;
    sandbox.succeed(ours, ["import-tar", `${repository}::one`, "-"], { base, input: two });
    sandbox.succeed(ours, ["import-tar", "--ignore-zeros", `${repository}::two`, "-"], { base, input: two });
    assert.equal(count("two"), 2 * count("one"));
  });

  it("are stored with what the options say", () => {
    const options = ["--comment", "c1", "--timestamp", "2020-01-02T03:04:05", "--chunker-params", "10,15,12,4095"];
    const json = sandbox.succeed(ours, ["import-tar", "--json", ...options, `${repository}::o`, reference], { base });
    const made = JSON.parse(json) as { archive: { name: string; start: string; stats: { nfiles: number } } };
    assert.deepEqual([made.archive.name, made.archive.start], ["o", "2020-01-02T03:04:05.000000"]);
    const { meta } = items("o");
    assert.deepEqual([meta["comment"], meta["chunker_params"]], ["c1", ["buzhash", 10, 15, 12, 4095]]);
    assert.equal(meta["nfiles"], made.archive.stats.nfiles);
  });

  const bad: [what: string, change: (tar: Buffer) => Buffer, message: RegExp][] = [
    ["cut short", (tar) => tar.subarray(0, 300_000), /^Error: tar file: unexpected end of data\n$/],
    ["empty", () => Buffer.alloc(0), /^Error: tar file: empty file\n$/],
    ["of another kind", () => Buffer.alloc(5000, 0x41), /^Error: tar file: invalid header\n$/],
  ];
  for (const [what, change, message] of bad) {
    it(`that are ${what} make no archive`, () => {
      const { status, stderr } = run(ours, ["import-tar", `${repository}::bad`, "-"], change(readFileSync(reference)));
      assert.deepEqual([status, message.test(stderr)], [2, true], stderr);
      assert.equal(run(ours, ["info", `${repository}::bad`]).status, 2);
    });
  }

  it("that are cut short and compressed make no archive", () => {
    const path = sandbox.path("cut.tar.gz");
    writeFileSync(path, readFileSync(sandbox.path("compressed.tar.gz")).subarray(0, 100_000));
    const args = ["import-tar", `${repository}::bad`, path];
    assert.equal(run(ours, args).status, 2);
    assert.equal(sandbox.run(ours, args, { base, env: { BORG_EXIT_CODES: "modern" } }).status, 92);
  });

  it("need filters that work", () => {
    const missing = run(ours, ["export-tar", "--tar-filter", "no-such-program", archive, sandbox.path("x")]);
    assert.deepEqual(missing, {
      status: 2,
      stdout: "",
      stderr: "Error: filter no-such-program: process creation failed\n",
    });
    const args = ["import-tar", "--tar-filter", 'sh -c "cat; exit 3"', `${repository}::bad`, reference];
    assert.deepEqual(run(ours, args), {
      status: 2,
      stdout: "",
      stderr: 'Error: filter sh -c "cat; exit 3" failed, rc=3\n',
    });
    assert.equal(run(ours, ["export-tar", "--tar-filter", "false", archive, sandbox.path("x")]).status, 2);
    assert.equal(run(ours, ["export-tar", archive, sandbox.path("no", "such", "folder.tar")]).status, 2);
  });

  it("are not imported under a name that is taken", () => {
    const { status, stderr } = run(ours, ["import-tar", archive, reference]);
    assert.deepEqual([status, stderr], [2, "Archive a already exists\n"]);
  });

  it("keep devices and large numbers of owners", requireRoot(), () => {
    const listing = execFileSync("tar", ["-tvf", sandbox.path("ours0.tar"), "--numeric-owner"], { encoding: "latin1" });
    assert.match(listing, /^crw\S+ +\d+\/\d+ +4,300 .* \.?\/?more\/c$/m);
    assert.match(listing, / 3000000\/4000000 .*more\/old$/m);
  });

  it("leave a repository in which a check finds nothing", () => {
    sandbox.succeed(theirs, ["check", "--verify-data", repository], { base });
  });

  function sandboxEnvironment(): Record<string, string> {
    return { ...process.env as Record<string, string>, BORG_BASE_DIR: base, HOME: base };
  }
});
