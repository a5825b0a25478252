import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Buffer } from "node:buffer";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ours, theirs } from "../../../interop/harness.ts";
import { requirePeer, requireRoot } from "../../../interop/requirements.ts";
import { type Pair, statuses } from "./pair.ts";
import { usePlantedPair } from "./planted_pair.ts";
import { shell } from "./tree.ts";

describe("create does as BorgBackup does", requirePeer("borg"), () => {
  let pair: Pair;
  usePlantedPair((made) => pair = made);

  it("adds everything, then finds it unchanged, but for what is newest", () => {
    const first = statuses(pair.create("first", [], ["d", "e"]));
    assert.equal(first["d/a"] === "A" ? first["d/hard"] : first["d/a"], "h");
    assert.deepEqual([first["d"], first["d/link"], first["d/fifo"], first["d/big"]], ["d", "s", "f", "A"]);
    const second = statuses(pair.create("second", [], ["d", "e"]));
    assert.deepEqual([second["d/big"], second["e/newest"]], ["U", "A"]);
  });

  it("tells modified files", () => {
    shell(pair.source, "echo more >>d/sub/b");
    assert.equal(statuses(pair.create("modified", [], ["d"]))["d/sub/b"], "M");
  });

  it("shows statuses that --filter names", () => {
    const { stderr } = pair.create("filtered", ["--filter", "sx", "-e", "d/sub"], ["d"]);
    assert.deepEqual(new Set(Object.values(statuses({ status: 0, stdout: "", stderr }))), new Set(["x", "s"]));
  });

  for (
    const [title, options, paths] of [
      ["roots in any spelling", ["--files-cache", "disabled"], ["./d/../d/", "e/../d//sub"]],
      ["a root given twice and one inside another", ["--files-cache", "disabled"], ["d", "d", "d/sub"]],
      ["an inner root before the outer", [], ["d/sub", "d"]],
      ["the current directory", [], ["."]],
      ["single files", [], ["d/a", "d/link", "d/hard"]],
      ["absolute paths", [], ["/etc/hostname", "/etc/passwd"]],
      ["patterns", ["-e", "sh:**/b*", "--pattern=+d/tagged", "--pattern=!d/t*"], ["d"]],
      ["roots from patterns", ["--pattern=R e", "--pattern=-d/sub"], ["d"]],
      ["--exclude-caches", ["--exclude-caches"], ["d"]],
      ["--exclude-if-present", ["--exclude-if-present", ".nobackup", "--exclude-if-present", "nothing"], ["d"]],
      ["--keep-exclude-tags", ["--exclude-caches", "--exclude-if-present", ".nobackup", "--keep-exclude-tags"], ["d"]],
      ["a tagged root", ["--exclude-caches"], ["d/cached"]],
      ["--numeric-ids", ["--numeric-ids"], ["d"]],
      ["--noctime and --atime", ["--noctime", "--atime"], ["e"]],
      ["--files-cache disabled", ["--files-cache", "disabled"], ["d"]],
      ["--files-cache mtime,size", ["--files-cache", "mtime,size"], ["d"]],
      ["--files-cache rechunk,ctime", ["--files-cache", "rechunk,ctime"], ["d"]],
    ] as const
  ) {
    it(`takes ${title}`, () => {
      pair.create(title.replace(/\W+/g, "_"), options, paths);
    });
  }

  it("stores nothing and knows nothing with --dry-run", () => {
    const { stderr } = pair.same(["create", "-n", "--list", "--pattern=-d/big", "/no/such/repository::dry", "d"]);
    assert.match(stderr, /^- d\/sub\/b$/m);
    assert.match(stderr, /^x d\/big$/m);
  });

  it("reads paths from standard input, with delimiters, whatever patterns say", () => {
    const input = new Uint8Array([...Buffer.from("d\nd/sub/b\ngone\nd/bad"), 0xff, 0xfe, ...Buffer.from("name")]);
    const { status, stderr } = pair.same(["create", "--list", "--paths-from-stdin", "@::p1"], { input });
    assert.equal(status, 1);
    assert.match(stderr, /^gone: stat: \[Errno 2\] No such file or directory: 'gone'\nE gone$/m);
    assert.deepEqual(pair.items(ours, "p1"), pair.items(theirs, "p1"));
    pair.create("p2", ["--paths-from-stdin", "--paths-delimiter", "\\0", "-e", "d"], [], { input: "d\0d/a\0" });
    pair.create("p3", ["--paths-from-stdin", "--paths-delimiter", "XY"], [], { input: "d/sub/bXYd/a" });
  });

  it("reads paths that a command prints", () => {
    pair.create("p4", ["--paths-from-command"], ["--", "find", "d", "-type", "f"]);
  });

  it("stores standard input under the attributes that it is told", () => {
    const input = "x".repeat(700_000);
    const named = ["--stdin-name", "dumps/all.sql", "--stdin-user", "nobody", "--stdin-group", "daemon"];
    for (const [name, options] of [["s1", []], ["s2", [...named, "--stdin-mode", "4755"]]] as const) {
      const outcome = pair.same(["create", "--list", ...options, `@::${name}`, "-"], { input });
      assert.match(outcome.stderr, /^i (stdin|dumps\/all.sql)$/m);
      const timeless = (item: object) => ({ ...item, mtime: 0, ctime: 0, atime: 0 });
      assert.deepEqual(pair.items(ours, name).map(timeless), pair.items(theirs, name).map(timeless));
    }
  });

  it("stores what a command prints", () => {
    pair.same(["create", "--list", "--content-from-command", "@::c1", "--", "seq", "100000"]);
    assert.deepEqual(pair.items(ours, "c1")[0]!["chunks"], pair.items(theirs, "c1")[0]!["chunks"]);
  });

  for (const options of [["--content-from-command"], ["--paths-from-command"]]) {
    it(`makes no archive when the command of ${options[0]} fails`, () => {
      const { status, stderr } = pair.run(ours, [
        "create",
        ...options,
        "@::failed",
        "--",
        "sh",
        "-c",
        "echo d; exit 3",
      ]);
      assert.deepEqual([status, stderr], [2, "Command Error: Command 'sh' exited with status 3\n"]);
      const missing = pair.run(ours, ["create", ...options, "@::failed", "no-such-program"]);
      assert.deepEqual(missing.stderr.split("\n").length, 2);
      assert.match(missing.stderr, /^Command Error: Failed to execute command: \[Errno 2\]/);
      assert.equal(pair.run(theirs, ["info", `${pair.repository(ours)}::failed`]).status, 2);
    });
  }

  for (const params of ["fixed,4096", "fixed,65536,1000", "buzhash,10,16,12,63", "10,16,12,4095", "default"]) {
    it(`cuts with ${params}, dense and sparse`, () => {
      shell(
        pair.source,
        "rm -f holes; truncate -s 3M holes; printf data | dd of=holes bs=1 seek=1000000 conv=notrunc status=none",
      );
      const options = ["--files-cache", "disabled", "--chunker-params", params];
      pair.create(`dense-${params}`, options, ["d", "holes"]);
      pair.create(`sparse-${params}`, ["--sparse", ...options], ["d", "holes"]);
    });
  }

  for (
    const compression of ["none", "lz4", "zstd", "zstd,19", "zlib,0", "zlib,9", "lzma,1", "auto,zstd,3", "auto,lzma"]
  ) {
    it(`compresses with ${compression} what then reads the same`, () => {
      const unique = join(pair.source, "unique");
      writeFileSync(unique, `${compression} `.repeat(9000));
      const outcome = pair.same(["create", "--list", "-C", compression, `@::${compression}`, "unique"]);
      assert.match(outcome.stderr, /unique$/m);
      const id = (program: typeof ours) => pair.items(program, compression)[0]!.chunks![0]![0];
      assert.equal(id(ours), id(theirs));
    });
  }

  it("keeps comment, time, host and user", () => {
    const options = ["--comment", "a {user} remark", "--timestamp", "2020-01-02T03:04:05"];
    pair.create("described", options, ["e"]);
    const [mine, other] = [pair.dump(ours, "described")._meta, pair.dump(theirs, "described")._meta];
    for (
      const key of ["comment", "time", "hostname", "username", "chunker_params", "size", "nfiles", "version", "name"]
    ) {
      assert.deepEqual(mine[key], other[key], key);
    }
    assert.equal(mine["comment"], "a root remark");
    assert.equal(mine["cwd"], pair.source);
    const env = { BORG_HOSTNAME: "elsewhere", BORG_USERNAME: "somebody" };
    pair.run(ours, ["create", "--timestamp", "d/big", "@::elsewhere", "e"], { env });
    const { hostname, username, time } = pair.dump(ours, "elsewhere")._meta;
    assert.deepEqual([hostname, username, time], ["elsewhere", "somebody", "2001-02-03T04:05:06.789000"]);
  });

  it("forgets files by BORG_FILES_CACHE_TTL, and keeps a cache for each BORG_FILES_CACHE_SUFFIX", () => {
    const status = (name: string, paths: string[], env: Record<string, string>) =>
      statuses(pair.run(ours, ["create", "--list", `@::${name}`, ...paths], { env }))["d/empty"];
    const suffix = { BORG_FILES_CACHE_SUFFIX: "other" };
    assert.equal(status("ttl1", ["d"], suffix), "A");
    assert.equal(status("ttl2", ["d"], suffix), "U");
    const short = { ...suffix, BORG_FILES_CACHE_TTL: "2" };
    for (const name of ["ttl3", "ttl4", "ttl5"]) status(name, ["e"], short);
    assert.equal(status("ttl6", ["d"], short), "A");
  });

  it("goes on after a root that is missing", () => {
    const { status, stderr } = pair.run(ours, ["create", "--list", "@::missing", "gone", "e"]);
    assert.equal(status, 1);
    assert.match(stderr, /^gone: stat: \[Errno 2\] No such file or directory: 'gone'\n/);
    assert.doesNotMatch(stderr, /^E /m);
    assert.equal(pair.items(ours, "missing").length, 4);
    const modern = { BORG_EXIT_CODES: "modern" };
    assert.equal(pair.run(ours, ["create", "@::missing2", "gone", "e"], { env: modern }).status, 107);
  });

  it("cuts paths at a slashdot", () => {
    for (
      const [name, root, expected] of [
        ["dot1", "d/./sub", ["sub", "sub/b"]],
        ["dot2", `${pair.source}/d/sub/./`, [".", "b"]],
        ["dot3", `${pair.source}/./e`, ["e", "e/dangling", "e/newest", "e/twin"]],
        ["dot4", "./e/./newest", ["newest"]],
      ] as const
    ) {
      assert.equal(pair.run(ours, ["create", `@::${name}`, root]).status, 0);
      assert.deepEqual(pair.items(ours, name).map(({ path }) => path).sort(), [...expected]);
    }
    pair.run(ours, ["create", "--paths-from-stdin", "@::dot5"], { input: "d/./sub/b\n" });
    assert.deepEqual(pair.items(ours, "dot5").map(({ path }) => path), ["sub/b"]);
  });

  it("takes roots whose names are not UTF-8, and keeps such bytes out of the description", () => {
    const head = exported({
      REPO: pair.repository(ours),
      PROGRAM: ours.path,
      BORG_BASE_DIR: pair.sandbox.path("base-ours"),
    });
    const script = `${head}\n"$PROGRAM" create --list --comment $'\\xfe' $REPO::bytes $'d/bad\\xff\\xfename' 2>&1`;
    assert.match(shell(pair.source, script), /^[AU] d\/bad\?\?name\n$/);
    const whole = pair.items(ours, "first").find(({ path }) => path.startsWith("\x7F")); // Dumps mark bytes so.
    assert.deepEqual(pair.items(ours, "bytes"), [whole]);
  });

  it("leaves out its own cache and repository", () => {
    const { stderr } = pair.run(ours, ["create", "-n", "--list", "@::own", pair.sandbox.root]);
    assert.doesNotMatch(stderr, /repository-of-ours|base-ours\/\.cache\/borg/);
    assert.match(stderr, /repository-of-theirs\/config$/m);
  });

  for (const [mode, expected] of [["ctime", "C"], ["mtime", "A"], ["disabled", "A"]] as const) {
    it(`tells files that change while they are read with --files-changed ${mode}`, () => {
      shell(pair.source, "head -c 12M /dev/urandom >moving");
      const head = exported({
        REPO: pair.repository(ours),
        PROGRAM: ours.path,
        BORG_BASE_DIR: pair.sandbox.path("base-ours"),
      });
      const options = `--list --files-changed ${mode} --files-cache disabled -C zstd,9`;
      const output = shell(
        pair.source,
        `${head}\n(while :; do chmod 600 moving; sleep 0.01; done) & toucher=$!
         "$PROGRAM" create ${options} $REPO::changed-${mode} moving 2>&1 && status=0 || status=$?
         kill $toucher; echo "rc $status"`,
      );
      const changed = /^A moving\nmoving: file changed while we backed it up\nC moving\nrc 1\n$/;
      assert.match(output, expected === "C" ? changed : /^A moving\nrc 0\n$/);
    });
  }

  describe("as root", requireRoot(), () => {
    it("archives devices, and reads them with --read-special", () => {
      shell(
        pair.source,
        `mkdir special; mknod special/null c 1 3; mknod special/block b 7 99; mkfifo special/fifo
         ln -s null special/to-null; ln -s ../d/a special/to-a; ln special/null special/other`,
      );
      const plain = statuses(pair.create("devices", [], ["special"]));
      assert.deepEqual([plain["special/block"], plain["special/fifo"], plain["special/to-null"]], ["b", "f", "s"]);
      shell(pair.source, "rm special/fifo special/block");
      pair.create("read-devices", ["--read-special"], ["special"]);
    });

    it("reads a fifo to its end, and stops waiting for one when told to", () => {
      shell(pair.source, "mkfifo pipe; rm -rf special");
      const base = pair.sandbox.folder("base-ours");
      const env = { REPO: `${pair.repository(ours)}::pipe`, PROGRAM: ours.path };
      const head = exported({ ...env, BORG_BASE_DIR: base });
      shell(
        pair.source,
        `${head}\n(sleep 0.3; head -c 3M /dev/zero; sleep 0.2; echo end) >pipe & "$PROGRAM" create --read-special "$REPO" pipe`,
      );
      assert.equal(pair.items(ours, "pipe")[0]!["size"], 3 * 2 ** 20 + 4);
      const stuck = shell(
        pair.source,
        `${head}\n"$PROGRAM" create --read-special "$REPO-stuck" pipe 2>&1 & sleep 0.7; kill -TERM $!; wait $! || echo "rc $?"; rm pipe`,
      );
      assert.match(stuck, /rc 143\n$/);
    });

    it("stays on one file system with -x", () => {
      shell(pair.source, "mkdir -p mounted/on; mount -t tmpfs -o size=1m none mounted/on; touch mounted/on/there");
      try {
        const listed = statuses(pair.create("x1", ["-x"], ["mounted"]));
        assert.deepEqual(Object.keys(listed).sort(), ["mounted", "mounted/on"]);
        const all = statuses(pair.create("x2", [], ["mounted"]));
        assert.ok(all["mounted/on/there"]);
      } finally {
        shell(pair.source, "umount mounted/on");
      }
    });

    it("says what an ordinary user may not read", () => {
      shell(
        pair.source,
        `mkdir -p p/closed p/blind; echo 1 >p/mine; echo 2 >p/secret; chmod 0 p/secret p/closed; touch p/blind/f; chmod 444 p/blind
         chmod 755 . ..; chmod 777 p/..`,
      );
      const [mine, other] = [ours, theirs].map((program) => {
        const home = pair.sandbox.folder(`nobody-${program.name}`);
        return shell(
          pair.source,
          `chmod 777 ${home}; ${exported({ PROGRAM: program.path, BORG_BASE_DIR: `${home}/base` })}
           as() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
           as "$PROGRAM" init -e none ${home}/repo; as "$PROGRAM" create --list ${home}/repo::a p 2>&1 || echo "rc $?"
           BORG_EXIT_CODES=modern as "$PROGRAM" create ${home}/repo::b p 2>/dev/null || echo "modern $?"`,
        );
      });
      assert.equal(mine!.replace("modern 105\n", "modern 1\n"), other);
      assert.match(mine!, /^p\/secret: open: \[Errno 13\] Permission denied: 'secret'\nE p\/secret$/m);
    });

    it("stores ACLs, flags and extended attributes unless told not to", () => {
      shell(
        pair.source,
        `echo x >rich; setfattr -n user.mark -v yes rich; setfattr -n user.empty rich; mkdir -p richer
         (setfacl -m u:daemon:r rich && setfacl -d -m g:daemon:rx richer) || true; chattr +d rich || true`,
      );
      for (const options of [[], ["--noxattrs"], ["--noacls"], ["--noflags"], ["--numeric-ids"]]) {
        pair.create(`rich${options.join("")}`, options, ["rich", "richer"]);
      }
      const has = (name: string, key: string) => key in pair.items(ours, name)[0]!;
      assert.deepEqual([has("rich", "xattrs"), has("rich--noxattrs", "xattrs")], [true, false]);
    });
  });
});

/** What `harness.environment` says, for commands in a shell. */
const UNATTENDED = {
  LANG: "C.UTF-8",
  BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: "yes",
  BORG_RELOCATED_REPO_ACCESS_IS_OK: "yes",
};

function exported(variables: Record<string, string>): string {
  return Object.entries({ ...UNATTENDED, ...variables }).map(([name, value]) => `export ${name}='${value}'`).join("\n");
}
