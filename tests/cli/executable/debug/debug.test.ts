import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ours, type Outcome, theirs } from "../../../interop/harness.ts";
import { readPuts } from "../../../interop/segments.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { type Difference, Twin } from "../listings/twin.ts";

const MANIFEST = "0".repeat(64);
const NOBODY = "1".repeat(64);
const REPOSITORY = "../repo";

/** What a command has left in its folder: mode and content of each file. */
function filesOf(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    found[name] = `${statSync(path).mode.toString(8)} ${readFileSync(path).toString("hex")}`;
  }
  return found;
}

/** Objects of the repository, whatever holds them. */
function objectsOf(repository: string): string[] {
  return readPuts(repository).map(({ segment, id, data }) => {
    return `${segment} ${id} ${createHash("sha256").update(data).digest("hex")}`;
  });
}

/** Only BorgBackup shows how it came to an error. */
function withoutTraces(text: string): string {
  return text.replace(/^Local Exception\nTraceback[^]*/m, "").replace(/^Error: \[Errno.*\n/m, "");
}

describe("debug does what BorgBackup does", requirePeer("borg"), () => {
  let twin: Twin;
  let work: string;
  let small: string;

  before(() => {
    twin = new Twin();
    work = twin.sandbox.folder("work");
    const tree = twin.sandbox.folder("tree");
    writeFileSync(join(tree, "small"), "hello\n");
    writeFileSync(join(tree, "large"), createHash("sha512").update("x").digest("hex").repeat(9000));
    writeFileSync(Buffer.from(`${tree}/\xff'"`, "latin1"), "x");
    symlinkSync("small", join(tree, "link"));
    mkdirSync(join(tree, "sub"));
    twin.prepare(["init", "-e", "repokey", "repo"]);
    twin.prepare(["create", "--comment", 'a "b" \\ ü €', "repo::first", "tree"]);
    twin.prepare(["create", "repo::second", "tree/small"]);
    twin.prepare(["delete", "repo::second"]);
    writeFileSync(join(tree, "small"), "changed\n");
    twin.prepare(["create", "repo::third \u{1f600}", "tree/small"]);
    small = twin.sandbox.succeed(theirs, ["debug", "search-repo-objs", "repo", "str:hello"], { base: twin.base })
      .split(" ")[1]!;
    twin.freeze();
  });
  after(() => twin.remove());

  function emptyFolder(): void {
    rmSync(work, { recursive: true });
    mkdirSync(work);
  }

  function writtenFiles(): Record<string, string> {
    const files = filesOf(work);
    emptyFolder();
    return files;
  }

  /** Runs `borg debug` in an empty folder, and compares what it leaves there and in the repository. */
  function same(commands: readonly (readonly string[])[], difference: Difference = {}): Outcome[] {
    emptyFolder();
    const look = () => [writtenFiles(), objectsOf(twin.sandbox.path("repo"))];
    return twin.sameBut({ look, cwd: work, ...difference }, ...commands.map((args) => ["debug", ...args]));
  }

  it("dump-archive-items", () => {
    const [outcome] = same([["dump-archive-items", `${REPOSITORY}::first`]]);
    assert.match(outcome!.stdout, /^Dumping 000000_\w{64}\.items\nDone\.\n$/);
  });

  it("dump-archive", () => {
    const [outcome] = same([["dump-archive", `${REPOSITORY}::first`, "-"]]);
    assert.equal(outcome!.status, 0);
    assert.equal(JSON.parse(outcome!.stdout)._items.length, 6);
    same([["dump-archive", `${REPOSITORY}::third \u{1f600}`, "file"], [
      "dump-archive",
      `${REPOSITORY}::missing`,
      "no",
    ]]);
  });

  it("dump-manifest", () => {
    same([["dump-manifest", REPOSITORY, "-"], ["dump-manifest", REPOSITORY, "file"]]);
  });

  it("dump-hints", () => {
    same([["dump-hints", REPOSITORY, "-"], ["dump-hints", REPOSITORY, "file"]]);
  });

  it("dump-repo-objs", () => {
    same([["dump-repo-objs", "--segment", "2", "--offset", "9", REPOSITORY]]);
  });

  it("dump-repo-objs --ghost", () => {
    const [outcome] = same([["dump-repo-objs", "--ghost", REPOSITORY]]);
    assert.match(outcome!.stdout, /_put_\w{64}\.obj\n[^]*_del_\w{64}\.obj\n[^]*_commit\.obj\n[^]*Done\.\n$/);
    const some = ["dump-repo-objs", "--ghost", "--segment", "2"];
    same([[...some, REPOSITORY], [...some, "--offset", "8", REPOSITORY]]);
  });

  it("dump-repo-objs --ghost leaves segments that are damaged", () => {
    const segment = join(twin.sandbox.path("frozen-repo"), "data", "0", "99");
    try {
      for (const content of ["junk", "BORG_SEG\0\0\0\0\x02\0\0\0\x02"]) {
        writeFileSync(segment, content);
        const command = ["dump-repo-objs", "--ghost", "--segment", "99", REPOSITORY];
        const [outcome] = same([command], { look: writtenFiles });
        assert.match(outcome!.stderr, /^Segment 99 \(.*\) has IntegrityError\(s\) \[.*\] - skipping\.\n$/);
      }
    } finally {
      rmSync(segment);
    }
  });

  it("search-repo-objs", () => {
    const hex = Buffer.from("hello").toString("hex");
    const wanted = ["str:tree/", `hex:${hex.toUpperCase()}`, "str:xhello", "hex:123"];
    same(wanted.map((text) => ["search-repo-objs", REPOSITORY, text]));
  });

  it("get-obj", () => {
    same([["get-obj", REPOSITORY, MANIFEST, "file"], ["get-obj", REPOSITORY, small.toUpperCase(), "-"]]);
    same([NOBODY, "zz", "11"].map((id) => ["get-obj", REPOSITORY, id, "file"]));
    same([["get-obj", REPOSITORY, MANIFEST, "no/such/folder"]], { edit: withoutTraces });
  });

  it("put-obj", () => {
    const [, , third] = same([
      ["get-obj", REPOSITORY, MANIFEST, "file"],
      ["put-obj", REPOSITORY, NOBODY, "file"],
      ["get-obj", REPOSITORY, NOBODY, "again"],
      ["put-obj", REPOSITORY, NOBODY, "file"],
      ["put-obj", REPOSITORY, "zz", "file"],
      ["put-obj", REPOSITORY, "11", "file"],
    ]);
    assert.equal(third!.status, 0);
    same([["put-obj", REPOSITORY, NOBODY, "missing"]], { edit: withoutTraces });
  });

  it("delete-obj", () => {
    const [outcome] = same([["delete-obj", REPOSITORY, "zz", small, small, NOBODY], ["dump-hints", REPOSITORY, "-"]]);
    assert.equal(outcome!.stdout.split("\n")[1], `object ${small} deleted.`);
    same([["delete-obj", REPOSITORY, NOBODY, "zz"], ["dump-hints", REPOSITORY, "-"]]);
    same([["delete-obj", REPOSITORY, MANIFEST], ["dump-manifest", REPOSITORY, "-"], ["dump-repo-objs", REPOSITORY]]);
  });

  it("refcount-obj", () => {
    const [outcome] = same([["refcount-obj", REPOSITORY, small, "zz", NOBODY, MANIFEST]]);
    assert.match(outcome!.stdout, / has 1 referrers \[info from chunks cache\]\.\n/);
  });

  it("id-hash", () => {
    same([["id-hash", REPOSITORY, "../tree/small"], ["id-hash", REPOSITORY, "missing"]], { edit: withoutTraces });
  });

  it("asks for arguments that are missing", () => {
    const lastLine = (text: string) => text.split("\n").at(-2) ?? "";
    for (
      const args of [
        ["delete-obj", REPOSITORY],
        ["dump-archive", REPOSITORY, "-"],
        ["dump-repo-objs", "--ghost", "--segment", "0", REPOSITORY],
        ["convert-profile", "missing", "out"],
      ]
    ) same([args], { edit: lastLine });
  });

  it("needs no key where nothing is decrypted, and the right one elsewhere", () => {
    const env = { BORG_PASSPHRASE: "wrong" };
    same([["get-obj", REPOSITORY, MANIFEST, "file"], ["id-hash", REPOSITORY, "../tree/small"]], { env });
    same([["dump-hints", REPOSITORY, "-"], ["dump-repo-objs", REPOSITORY]], { env });
  });

  it("waits for locks as long as it is told", () => {
    const lock = join(twin.sandbox.path("frozen-repo"), "lock.roster");
    writeFileSync(lock, '{"shared":[["elsewhere@1",1,0]]}');
    const wait = ["--lock-wait", "0"];
    try {
      same([
        ["dump-manifest", ...wait, REPOSITORY, "-"],
        ["get-obj", ...wait, REPOSITORY, MANIFEST, "file"],
        ["delete-obj", ...wait, REPOSITORY, NOBODY],
        ["refcount-obj", ...wait, REPOSITORY, NOBODY],
        ["dump-hints", ...wait, REPOSITORY, "-"],
        ["dump-manifest", "--bypass-lock", REPOSITORY, "-"],
      ]);
    } finally {
      rmSync(lock);
    }
  });

  it("stops at objects that are none", () => {
    const edit = (text: string) => text.split("\n")[0]!;
    const put = ["put-obj", REPOSITORY, NOBODY, "../tree/small"];
    same([put, ["dump-repo-objs", REPOSITORY], ["search-repo-objs", REPOSITORY, "str:q"]], { edit });
  });

  it("converts profiles of both programs", requirePeer("python3"), () => {
    const run = (program: typeof ours, ...args: string[]) =>
      twin.sandbox.succeed(program, args, { base: twin.base, cwd: work });
    twin.same(["list", "repo"]);
    for (const [number, profiler] of [ours, theirs].entries()) {
      run(profiler, "list", REPOSITORY, "--debug-profile", `profile${number}`);
      run(ours, "debug", "convert-profile", `profile${number}`, `our${number}`);
      run(theirs, "debug", "convert-profile", `profile${number}`, `their${number}`);
      const same = `import marshal,pstats; load = lambda n: marshal.load(open(n, "rb"))
a, b = load("our${number}"), load("their${number}"); pstats.Stats("our${number}"); print(a == b and len(a) > 10)`;
      assert.equal(twin.sandbox.succeed({ name: "theirs", path: "python3" }, ["-c", same], { cwd: work }), "True\n");
    }
    appendFileSync(join(work, "profile0"), "junk");
    const damaged = ["debug", "convert-profile", "profile0", "never"];
    assert.equal(twin.sandbox.run(ours, damaged, { base: twin.base, cwd: work }).status, 2);
    assert.equal(readdirSync(work).includes("never"), false);
  });
});

describe("debug info", () => {
  it("says on what the program runs, unless that is not wanted", () => {
    const twin = new Twin();
    try {
      const info = (env = {}) => twin.sandbox.succeed(ours, ["debug", "info"], { env });
      assert.match(info(), /^Platform: .*\nBorg: 1\.4\.\S+ {2}Runtime: .*\nPID: \d+ {2}CWD: .*\nargv: \[.*\]\nSSH_/);
      assert.match(info({ BORG_SHOW_SYSINFO: "no" }), /^\nProcess ID: \('.+', \d+, 0\)\n$/);
    } finally {
      twin.remove();
    }
  });
});
