import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { environment, ours, Sandbox } from "../../../interop/harness.ts";
import { requirePeer, requireRoot } from "../../../interop/requirements.ts";
import { MountPoint, shell, until } from "./mounted.ts";

const NOBODY = 65534;

describe("a mounted repository", { ...requireRoot(), ...requirePeer("fusermount3", "rsync") }, () => {
  const sandbox = new Sandbox();
  const repository = sandbox.path("repo");
  const source = sandbox.path("source");

  function create(archive: string, ...args: readonly string[]): void {
    sandbox.succeed(ours, ["create", "--lock-wait", "20", ...args, `${repository}::${archive}`, "tree"], {
      cwd: source,
    });
  }

  before(() => {
    sandbox.folder("source", "tree");
    shell(
      source,
      `mkdir -p tree/sub/deep; echo one >tree/a.txt; ln tree/a.txt tree/sub/hard; ln -s ../a.txt tree/sub/link
       head -c 9000000 /dev/urandom >tree/big; : >tree/empty; printf x >$'tree/\\xff.bin'; echo plain >tree/noext
       for i in $(seq 300); do echo "file $i" >tree/sub/deep/f$i; done`,
    );
    sandbox.succeed(ours, ["init", "-e", "repokey-blake2", repository]);
    create("first");
    writeFileSync(join(source, "tree", "a.txt"), "one and two\n");
    create("second");
    create("third.checkpoint");
  });
  after(() => sandbox.remove());

  it("can be searched and copied by any program", async () => {
    await new MountPoint(sandbox).within(repository, [], (path) => {
      assert.equal(shell(path, "grep -rl 'file 77$' second"), "second/tree/sub/deep/f77\n");
      assert.equal(shell(path, "find first -type f | wc -l").trim(), "306");
      shell(
        path,
        `cp -a second/tree "$HOME/../copied"; rsync -a second/tree/ "$HOME/../synced/"; tar -cf - second | tar -tf - >/dev/null`,
      );
      for (const name of ["copied", "synced"]) shell(source, `diff -r tree ../mnt/${name}`.replace("../mnt/", "../"));
    });
  });

  it("answers many readers at once", async () => {
    await new MountPoint(sandbox).within(repository, [], (path) => {
      shell(
        path,
        `p=; for i in 1 2 3 4 5 6; do cmp first/tree/big ${source}/tree/big & p="$p $!"; ls -lR . >/dev/null & p="$p $!"; done; wait $p`,
      );
    });
  });

  it("hides checkpoints unless asked", async () => {
    const point = new MountPoint(sandbox);
    await point.within(repository, [], (path) => assert.deepEqual(readdirSync(path), ["first", "second"]));
    await point.within(repository, ["--consider-checkpoints"], (path) => assert.equal(readdirSync(path).length, 3));
    await point.within(repository, ["--last", "1"], (path) => assert.deepEqual(readdirSync(path), ["second"]));
    await point.within(repository, ["-a", "f*"], (path) => assert.deepEqual(readdirSync(path), ["first"]));
  });

  it("shows what is asked for", async () => {
    const point = new MountPoint(sandbox);
    await point.within(`${repository}::first`, [], (path) => assert.deepEqual(readdirSync(path), ["tree"]));
    await point.within(`${repository}::first`, ["--strip-components", "2"], (path) => {
      assert.deepEqual(readdirSync(path).sort(), ["deep", "hard", "link"]);
      assert.equal(readFileSync(join(path, "hard"), "utf8"), "one\n", "its master is not shown");
    });
    await point.within(`${repository}::first`, ["-e", "*/deep"], (path) => {
      assert.deepEqual(readdirSync(join(path, "tree", "sub")).sort(), ["hard", "link"]);
    });
    const { status } = sandbox.run(ours, ["mount", `${repository}::first`, point.path, "tree/sub/hard"]);
    assert.equal(status, 0);
    try {
      assert.deepEqual(shell(point.path, "find . -type f"), "./tree/sub/hard\n");
      assert.equal(readFileSync(join(point.path, "tree/sub/hard"), "utf8"), "one\n");
    } finally {
      point.unmount();
    }
  });

  it("shows versions as files in a directory of the file's name", async () => {
    await new MountPoint(sandbox).within(repository, ["-o", "versions"], (path) => {
      const read = (name: string) => readFileSync(join(path, "tree", name), "utf8");
      assert.deepEqual(readdirSync(join(path, "tree", "a.txt")), ["a.00001.txt", "a.00002.txt"]);
      assert.equal(read("a.txt/a.00001.txt"), "one\n");
      assert.equal(read("a.txt/a.00002.txt"), "one and two\n");
      assert.equal(read("sub/hard/hard.00002"), "one and two\n");
      assert.deepEqual(readdirSync(join(path, "tree", "noext")), ["noext.00001"], "it never changed");
      assert.deepEqual(readdirSync(join(path, "tree", "sub", "link")), ["link"]);
    });
  });

  it("gives everything to whom -o names, with fewer permissions", async () => {
    await new MountPoint(sandbox).within(repository, ["-o", `uid=${NOBODY},gid=1,umask=077`], (path) => {
      const { uid, gid, mode } = statSync(join(path, "first/tree/a.txt"));
      assert.deepEqual([uid, gid, mode & 0o777], [NOBODY, 1, 0o600]);
      assert.equal(statSync(path).mode & 0o777, 0o700);
    });
  });

  it("stays for who has a file open when it is unmounted lazily", async () => {
    const point = new MountPoint(sandbox);
    assert.equal(point.mount(repository).status, 0);
    const file = openSync(join(point.path, "first/tree/big"), "r");
    assert.equal(sandbox.run(ours, ["umount", point.path]).status, 1, "it is in use");
    shell(source, `umount -l ${point.path}`);
    const bytes = Buffer.alloc(9_000_000);
    for (let at = 0; at < bytes.length;) at += readSync(file, bytes, at, 100_000, at);
    assert.ok(bytes.equals(readFileSync(join(source, "tree/big"))));
    closeSync(file);
    await until(
      () => sandbox.run(ours, ["with-lock", "--lock-wait", "0", repository, "true"]).status === 0,
      () => "the lock's end",
    );
  });

  it("can be mounted twice, and written to afterwards", async () => {
    const [one, two] = [new MountPoint(sandbox), new MountPoint(sandbox, "mnt2")];
    await one.within(repository, [], async () => {
      await two.within(`${repository}::first`, [], () => {
        const { status, stderr } = sandbox.run(ours, ["create", "--lock-wait", "0", `${repository}::no`, source]);
        assert.equal(status, 2);
        assert.match(stderr, /Failed to create\/acquire the lock/);
      });
    });
    create("after");
    sandbox.succeed(ours, ["delete", `${repository}::after`]);
  });

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`in the foreground ends with its lock and mount on ${signal}`, async () => {
      const point = new MountPoint(sandbox);
      const server = spawn(ours.path, ["mount", "--foreground", repository, point.path], {
        env: environment(sandbox.folder("base-ours")),
      });
      await until(() => point.isMounted, () => "mounted");
      readdirSync(join(point.path, "first"));
      server.kill(signal);
      await once(server, "exit");
      assert.ok(!point.isMounted);
      sandbox.succeed(ours, ["with-lock", "--lock-wait", "0", repository, "true"]);
    });
  }

  it("in the background gives its lock back on SIGTERM, and leaves errors instead of an empty directory", async () => {
    const point = new MountPoint(sandbox);
    assert.equal(point.mount(repository).status, 0);
    readdirSync(join(point.path, "first"));
    const pid = Number(spawnSync("pgrep", ["-f", `mount ${repository} ${point.path}`], { encoding: "utf8" }).stdout);
    process.kill(pid, "SIGTERM");
    await until(() => spawnSync("kill", ["-0", String(pid)]).status !== 0, () => "its end");
    assert.throws(() => readdirSync(point.path), { code: "ENOTCONN" });
    point.unmount();
    sandbox.succeed(ours, ["with-lock", "--lock-wait", "0", repository, "true"]);
  });

  it("leaves no hung mount when it is killed", async () => {
    const point = new MountPoint(sandbox);
    assert.equal(point.mount(repository).status, 0);
    const pid = Number(spawnSync("pgrep", ["-f", `mount ${repository} ${point.path}`], { encoding: "utf8" }).stdout);
    process.kill(pid, "SIGKILL");
    await until(() => spawnSync("kill", ["-0", String(pid)]).status !== 0, () => "its end");
    assert.throws(() => readdirSync(point.path), { code: "ENOTCONN" });
    point.unmount();
    sandbox.succeed(ours, ["with-lock", "--lock-wait", "0", repository, "true"]);
  });

  it("works from fstab, as borgfs", () => {
    const point = new MountPoint(sandbox);
    shell(sandbox.root, `ln -sf ${ours.path} borgfs`);
    const env = environment(sandbox.folder("base-ours"));
    const run = spawnSync(sandbox.path("borgfs"), [repository, point.path, "-o", "rw,noauto,user,dev,suid"], { env });
    assert.equal(run.status, 0, String(run.stderr));
    try {
      assert.deepEqual(readdirSync(point.path), ["first", "second"]);
      assert.throws(() => writeFileSync(join(point.path, "x"), ""), { code: "EROFS" });
    } finally {
      point.unmount();
    }
  });

  it("serves an ordinary user", async () => {
    const point = new MountPoint(sandbox, "nobody/mnt");
    await until(() => !readdirSync(repository).some((name) => name.startsWith("lock")), () => "no lock");
    shell(
      sandbox.root,
      `chmod 755 . ; cp -r repo nobody/repo; cp -r base-ours nobody/base; chown -R ${NOBODY}:${NOBODY} nobody; chmod 666 /dev/fuse`,
    );
    const env = environment(sandbox.path("nobody", "base"));
    const as = (args: readonly string[]) =>
      spawnSync(ours.path, args, { env, uid: NOBODY, gid: NOBODY, encoding: "utf8", cwd: sandbox.path("nobody") });
    for (const implementation of ["libfuse3", "fusermount"]) {
      env["BORG_FUSE_IMPL"] = implementation;
      const mounted = as(["mount", sandbox.path("nobody/repo"), point.path]);
      assert.equal(mounted.status, 0, mounted.stderr);
      const listed = spawnSync("ls", [`${point.path}/first/tree`], { uid: NOBODY, gid: NOBODY, encoding: "utf8" });
      assert.match(listed.stdout, /big/);
      assert.throws(() => readdirSync(point.path), { code: "EACCES" }, "nobody else's, not even root's");
      const ended = as(["umount", point.path]);
      assert.equal(ended.status, 0, ended.stderr);
    }
  });
});

describe("borg mount refuses", { ...requireRoot(), ...requirePeer("fusermount3") }, () => {
  const sandbox = new Sandbox();
  const repository = sandbox.path("repo");
  const point = new MountPoint(sandbox);

  before(() => {
    sandbox.succeed(ours, ["init", "-e", "none", repository]);
    sandbox.succeed(ours, ["create", `${repository}::a`, join(repository, "README")]);
  });
  after(() => sandbox.remove());

  const refused = (args: readonly string[], message: RegExp, env: Readonly<Record<string, string>> = {}) => {
    for (const [codes, status] of [["legacy", 2], ["modern", undefined]] as const) {
      const run = sandbox.run(ours, ["mount", ...args], { env: { ...env, BORG_EXIT_CODES: codes } });
      assert.match(run.stderr, message);
      assert.doesNotMatch(run.stderr, /\n\s+at /);
      if (status !== undefined) assert.equal(run.status, status, run.stderr);
      else assert.ok(run.status! >= 2 && run.status! < 100, String(run.status));
    }
    assert.ok(!point.isMounted);
  };

  it("a mount point that is not there", () => refused([repository, sandbox.path("nowhere")], /existing directory/));
  it("a mount point that is a file", () => refused([repository, join(repository, "config")], /existing directory/));
  it("an archive that is not there", () => refused([`${repository}::b`, point.path], /Archive b does not exist/));
  it("a repository that is not there", () => refused([sandbox.path("x"), point.path], /does not exist/));
  it("an option that libfuse does not know", () => refused(["-o", "foo=bar", repository, point.path], /mount failed/));
  it("an owner that is not known", () => refused(["-o", "uid=nobody-here", repository, point.path], /uid/));
  it("a umask that is none", () => refused(["-o", "umask=9", repository, point.path], /umask/));
  it("to mount where FUSE is forbidden", () => {
    refused([repository, point.path], /not available/, { BORG_FUSE_IMPL: "none" });
  });
  it("to mount where there is no way to", () => {
    refused([repository, point.path], /no way to mount/, { BORG_FUSE_IMPL: "nothing-known" });
  });
  it("a place where something of borg is mounted already", async () => {
    await point.within(repository, [], () => {
      const { status, stderr } = point.mount(repository);
      assert.equal(status, 2);
      assert.match(stderr, /writable directory/);
    });
  });
  it("to unmount what is not mounted", () => {
    const { status, stderr } = sandbox.run(ours, ["umount", point.path]);
    assert.equal(status, 1);
    assert.match(stderr, /unmount/);
  });
  it("nothing when the mount point is not empty, but says so", () => {
    const full = new MountPoint(sandbox, "full");
    writeFileSync(join(full.path, "hidden"), "");
    const { status, stderr } = full.mount(repository);
    full.unmount();
    assert.equal(status, 0);
    assert.match(stderr, /not empty/);
    chmodSync(full.path, 0o700);
    mkdirSync(join(full.path, "still-ours"));
  });
});
