import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, it } from "node:test";
import { ours, type Program, theirs } from "../../../interop/harness.ts";
import { require, requirePeer } from "../../../interop/requirements.ts";
import { type Pair, statuses } from "./pair.ts";
import { usePlantedPair } from "./planted_pair.ts";
import { shell } from "./tree.ts";

describe("options of create that are rarely used", requirePeer("borg"), () => {
  let pair: Pair;
  usePlantedPair((made) => pair = made);

  const paths = (name: string) => pair.items(ours, name).map(({ path }) => path).sort();

  it("sockets are left out without a word", async () => {
    shell(pair.source, "mkdir s; echo x >s/file");
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(pair.source, "s", "socket"), resolve));
    try {
      for (const options of [[], ["--read-special"]]) {
        const name = `socket${options.join("")}`;
        assert.deepEqual(Object.keys(statuses(pair.create(name, options, ["s"]))).sort(), ["s", "s/file"]);
        assert.deepEqual(paths(name), ["s", "s/file"]);
      }
      pair.same(["create", "--list", "@::socket-alone", "s/socket"]);
      assert.deepEqual(paths("socket-alone"), []);
    } finally {
      server.close();
    }
  });

  it("--exclude-nodump leaves out what has the flag", requireFlags(), () => {
    shell(pair.source, "mkdir -p n/dir; echo 1 >n/yes; echo 2 >n/no; echo 3 >n/dir/inside; chattr +d n/no n/dir");
    pair.create("nodump-ignored", [], ["n"]);
    const listed = statuses(pair.create("nodump", ["--exclude-nodump"], ["n"]));
    assert.equal(listed["n/no"], "x");
    assert.equal(paths("nodump").includes("n/no"), false);
    pair.create("nodump-root", ["--exclude-nodump"], ["n/no"]);
    const list = { input: "n/no\nn/yes\n" };
    pair.create("nodump-paths", ["--exclude-nodump", "--paths-from-stdin"], [], list);
  });

  it("flags of files are stored and come back", requireFlags(), () => {
    shell(
      pair.source,
      "mkdir f; cd f; for name in d a i none; do echo $name >$name; done; chattr +d d; chattr +a a; chattr +i i",
    );
    const folder = pair.fresh(ours);
    try {
      pair.create("flags", [], ["f"]);
      pair.sandbox.succeed(ours, ["extract", `${pair.repository(ours)}::flags`], { cwd: folder });
      const flags = (path: string) => shell(path, "cd f; lsattr -p d a i none | sed 's/^ *[0-9]* //'");
      assert.equal(flags(folder), flags(pair.source));
      pair.sandbox.succeed(ours, ["extract", "--noflags", `${pair.repository(ours)}::flags`, "f/none"], {
        cwd: folder,
      });
    } finally {
      shell(pair.source, `chattr -R -aid f '${folder}/f'`);
    }
  });

  it("--exclude-dataless and --nobirthtime change nothing where there is no such thing", () => {
    pair.create("plain", ["--files-cache", "disabled"], ["e"]);
    pair.create("nobirthtime", ["--files-cache", "disabled", "--nobirthtime"], ["e"]);
    assert.equal(pair.run(ours, ["create", "--exclude-dataless", "@::dataless", "e"]).status, 0);
    for (const name of ["nobirthtime", "dataless"]) assert.deepEqual(pair.items(ours, name), pair.items(ours, "plain"));
  });

  it("--read-special keeps links that lead nowhere as links", () => {
    shell(
      pair.source,
      `mkdir l; cd l; ln -s gone dangling; ln -s loop loop; echo >file; ln -s file/below under; ln -s "$(printf '%0300d' 0)" long
       mkfifo fifo; ln -s fifo to-fifo; rm fifo`,
    );
    const listed = statuses(pair.create("links", ["--read-special"], ["l"]));
    for (const name of ["dangling", "loop", "under", "long", "to-fifo"]) assert.equal(listed[`l/${name}`], "s");
  });

  it("--no-cache-sync leaves the cache alone and stores what is missing", () => {
    const steps = [ours, theirs].map((program) => {
      pair.run(program, ["create", "@::cached", "d"]);
      const before = cacheConfig(pair, program);
      const env = { BORG_BASE_DIR: pair.sandbox.folder(`base-elsewhere-${program.name}`) };
      pair.run(program, ["create", "@::elsewhere", "d", "e"], { env });
      shell(pair.source, `echo ${program.name} >>e/newest`);
      const quick = pair.run(program, ["create", "--no-cache-sync", "@::quick", "d", "e"]);
      const unchanged = cacheConfig(pair, program) === before;
      const next = pair.run(program, ["create", "--list", "@::next", "e"]);
      const check = pair.run(program, ["check", "@"]);
      return { quick, unchanged, next: { ...next, stderr: next.stderr.replaceAll(/^[AMU] /gm, "") }, check };
    });
    assert.deepEqual(steps[0], steps[1]);
    assert.equal(steps[0]!.quick.status, 0);
    for (const args of [["delete", "@::cached", "elsewhere", "next"], ["compact", "--threshold", "0", "@"]]) {
      assert.deepEqual(pair.run(ours, args), { status: 0, stdout: "", stderr: "" });
    }
    assert.equal(pair.run(ours, ["extract", "--dry-run", "@::quick"]).stderr, "");
  });
});

/** What the program's cache says of the repository. */
function cacheConfig(pair: Pair, program: Program): string {
  const caches = pair.sandbox.path(`base-${program.name}`, ".cache", "borg");
  const name = readdirSync(caches).find((name) => /^[0-9a-f]{64}$/.test(name))!;
  return readFileSync(join(caches, name, "config"), "utf8");
}

/** Not every file system has flags. */
function requireFlags() {
  const pair = shell(".", "f=$(mktemp); chattr +d $f 2>/dev/null && lsattr $f || true; rm -f $f");
  return require(/^\S*d/.test(pair), "no file flags here");
}
