import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, rmSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { ours, type Outcome, type Program, Sandbox, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";

const PREPARE = `
  mkdir -p d/cache d/tagged; echo 1 > d/f; ln d/f d/g; ln d/f d/h; echo x > d/cache/x; : > d/tagged/.no; echo y > d/tagged/y
  printf 'Signature: 8a477f597d28d172789f06886806bc55' > d/cache/CACHEDIR.TAG; head -c 1500000 /dev/urandom > big
  yes text | head -c 1000000 > text; ln -s f link; mkfifo pipe; : > empty; echo z > "$(printf 'bad\\377')"`;

interface Dump {
  readonly _meta: Record<string, unknown>;
  readonly _items: { chunks?: [id: string, size: number, csize: number][] }[];
}

/** Whoever looks at what the others have made. */
const READER = { name: "reader" };

/** What differs between the versions of BorgBackup, or with every run. */
const VARIABLE = ["items", "tam", "size", "csize", "cwd", "recreate_cmdline"];

describe("borg recreate", requirePeer("borg"), () => {
  const sandbox = new Sandbox();
  const source = sandbox.folder("source");
  const original = sandbox.path("original");

  function base(program: { readonly name: string }): string {
    return sandbox.folder(`base-${program.name}`);
  }

  function dump(repository: string, name: string): Dump {
    const path = sandbox.path("dump");
    rmSync(path, { force: true });
    const reader = { base: base(READER) };
    sandbox.succeed(theirs, ["debug", "dump-archive", `${repository}::${name}`, path], reader);
    const { _items, _meta } = JSON.parse(readFileSync(path, "utf8")) as Dump;
    for (const { chunks = [] } of _items) for (const chunk of chunks) chunk[2] = 0; // Compressors may differ.
    return { _items, _meta: Object.fromEntries(Object.entries(_meta).filter(([key]) => !VARIABLE.includes(key))) };
  }

  /** Runs a program on a copy of the repository, which is called `@`. */
  function run(program: Program, args: readonly string[], env = {}) {
    const repository = sandbox.path("repository");
    rmSync(repository, { recursive: true, force: true });
    for (const folder of [base(program), base(READER)]) rmSync(folder, { recursive: true, force: true });
    cpSync(original, repository, { recursive: true });
    sandbox.run(program, ["list", repository], { base: base(program) }); // Answers the question for unknown ones.
    const given = args.map((arg) => arg.replace("@", repository));
    const outcome = sandbox.run(program, ["recreate", ...given], { base: base(program), env });
    const reader = { base: base(READER) };
    const names = sandbox.succeed(ours, ["list", "--short", repository], reader).trim().split("\n");
    const index = sandbox.succeed(theirs, ["info", repository], reader).trim().split("\n").at(-1)!;
    const archives = names.map((name) => [name, dump(repository, name)] as const);
    if (program === ours && outcome.status === 0) {
      sandbox.succeed(theirs, ["check", "--verify-data", repository], reader);
    }
    const chunks = index.split(/ +/).slice(2); // Item streams hold lengths of chunks, but not other ids than theirs.
    return { outcome, archives, chunks };
  }

  function same(args: readonly string[]): Outcome {
    const [mine, other] = [run(ours, args), run(theirs, args)];
    assert.deepEqual(mine, other, `borg recreate ${args.join(" ")}`);
    return mine.outcome;
  }

  before(() => {
    execFileSync("sh", ["-c", PREPARE], { cwd: source });
    const options = { base: sandbox.folder("base-maker"), cwd: source };
    sandbox.succeed(theirs, ["init", "-e", "none", original], options);
    sandbox.succeed(theirs, ["create", "--comment", "orig", "-C", "none", `${original}::a`, "."], options);
    sandbox.succeed(theirs, ["create", `${original}::b`, "d", "text"], options);
  });
  after(() => sandbox.remove());

  const cases: readonly string[][] = [
    ["--list", "@::a", "-e", "text"],
    ["--list", "--filter", "x", "@", "-e", "*link", "--comment", ""],
    ["--list", "@::a", "d/f", "big"],
    ["--list", "@::a", "-e", "re:^d/[h]$"],
    ["--list", "--exclude-caches", "--exclude-if-present", ".no", "@::a"],
    ["--list", "--exclude-caches", "--exclude-if-present", ".no", "--keep-exclude-tags", "@::a"],
    ["--list", "--exclude-if-present", ".no", "@::a", "d"],
    ["--target", "new", "--comment", "c", "@::a"],
    ["--list", "--recompress", "-C", "zlib", "@::a"],
    ["--recompress", "always", "-C", "zstd,5", "@"],
    ["--chunker-params", "10,15,12,4095", "@::a"],
    ["--chunker-params", "fixed,65536", "--recompress", "always", "-C", "lzma,0", "@"],
  ];
  for (const args of cases) {
    it(`makes what BorgBackup makes: ${args.join(" ")}`, () => assert.equal(same(args).status, 0));
  }

  it("shows what would happen, and does nothing", () => {
    const { stderr } = same(["-n", "--list", "@::a", "-e", "d/cache"]);
    assert.match(stderr, /^x d\/cache\/x$/m);
    assert.equal(same(["-n", "--stats", "@"]).stdout, "Processing a\nProcessing b\n");
  });

  it("refuses names that are taken or unknown", () => {
    assert.equal(same(["--target", "b", "--comment", "c", "@::a"]).status, 2);
    assert.equal(same(["--comment", "c", "@::nope"]).status, 2);
  });

  const refusals: [args: string[], message: RegExp][] = [
    [["@::a"], /^Command Error: Nothing to do\. Archive was not processed\./],
    [["--chunker-params", "default", "@::a"], /^Command Error: Nothing to do\./],
    [["-C", "zlib", "@::a"], /^Command Error: Nothing to do\./],
    [["--target", "x", "@"], /^Command Error: --target: Need to specify single archive\n$/],
    [["--comment", "x", "@::a.recreate"], /^Command Error: Refusing to work on temporary archive of prior recreate/],
  ];
  for (const [args, message] of refusals) {
    it(`refuses: ${args.join(" ")}`, () => {
      const options = { base: base({ name: "refusals" }), env: { BORG_EXIT_CODES: "modern" } };
      const given = ["recreate", ...args.map((arg) => arg.replace("@", original))];
      const { status, stderr } = sandbox.run(ours, given, options);
      assert.match(stderr.replace(/^Warning.*\nDo you.*\n/, ""), message);
      assert.equal(status, 4);
      assert.equal(sandbox.run(ours, given, { base: options.base }).status, 2);
    });
  }

  it("takes another time, and remembers how it was called", () => {
    const { archives } = run(ours, ["--timestamp", "2001-02-03T04:05:06", "--comment", "z", "@::a"]);
    const [, { _meta }] = archives.find(([name]) => name === "a")!;
    assert.equal(_meta["time"], "2001-02-03T04:05:06.000000");
    assert.match(String(_meta["time_end"]), /^2001-02-03T04:05:/);
    assert.equal((_meta["cmdline"] as string[])[1], "create");
  });

  it("shows statistics", () => {
    const { outcome } = run(ours, ["--stats", "@::a", "-e", "big"]);
    assert.match(outcome.stderr, /^Archive name: a$/m);
    assert.match(outcome.stderr, /^This archive: +1\.00 MB/m);
  });

  it("saves checkpoints", () => {
    const { outcome } = run(ours, ["--checkpoint-interval", "1", "--recompress", "always", "-C", "lzma,9", "@"]);
    assert.equal(outcome.status, 0, outcome.stderr);
  });
});
