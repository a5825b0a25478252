import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { environment, ours, PASSPHRASE, Sandbox } from "../../../interop/harness.ts";
import { requirePeer, requireRoot } from "../../../interop/requirements.ts";
import { converse } from "../terminal.ts";
import { MountPoint, shell } from "./mounted.ts";

describe("borg mount in the background", { ...requireRoot(), ...requirePeer("fusermount3") }, () => {
  const sandbox = new Sandbox();
  const repository = sandbox.path("repo");
  const source = sandbox.path("source");
  const env = environment(sandbox.folder("base-ours"));
  const { BORG_PASSPHRASE: _, ...withoutPassphrase } = env;
  const point = new MountPoint(sandbox);

  before(() => {
    sandbox.folder("source");
    shell(source, "head -c 20000000 /dev/urandom >big; for i in $(seq 50); do echo $i >f$i; done");
    sandbox.succeed(ours, ["init", "-e", "repokey", repository]);
    sandbox.succeed(ours, ["create", `${repository}::one`, "."], { cwd: source });
  });
  after(() => sandbox.remove());

  it("asks for the passphrase before it leaves the terminal", async () => {
    const { status, shown } = await converse(`'${ours.path}' mount '${repository}' mnt && ls mnt`, [
      { shows: "passphrase" },
      { types: "wrong" },
      { shows: "passphrase" },
      { types: PASSPHRASE },
      { shows: "one" },
    ], { cwd: sandbox.root, env: withoutPassphrase });
    try {
      assert.equal(status, 0, shown);
      assert.ok(!shown.includes(PASSPHRASE));
      assert.deepEqual(readdirSync(point.path), ["one"]);
    } finally {
      point.unmount();
    }
  });

  it("says in the terminal why it has come to nothing", async () => {
    const { status, shown } = await converse(`'${ours.path}' --show-rc mount '${repository}' mnt; echo rc=$?`, [
      ...[1, 2, 3].flatMap(() => [{ shows: "passphrase" }, { types: "wrong" }]),
      { shows: "rc=" },
    ], { cwd: sandbox.root, env: withoutPassphrase });
    assert.equal(status, 0);
    assert.match(shown, /rc=2/);
    assert.equal(shown.match(/terminating with error status, rc 2/g)?.length, 1);
    assert.ok(!point.isMounted);
  });

  it("takes the passphrase from a descriptor", () => {
    const command = `BORG_PASSPHRASE_FD=7 '${ours.path}' mount '${repository}' mnt 7<<<'${PASSPHRASE}'`;
    const { status, stderr } = spawnSync("bash", ["-c", command], {
      cwd: sandbox.root,
      env: withoutPassphrase,
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    point.unmount();
  });

  it("leaves nothing of the terminal, the streams and the directory to wait for", () => {
    const folder = sandbox.folder("left");
    const { status, stdout } = spawnSync("bash", ["-c", `'${ours.path}' mount '${repository}' ../mnt | cat`], {
      cwd: folder,
      env,
      encoding: "utf8",
      timeout: 20_000,
    });
    try {
      assert.deepEqual([status, stdout], [0, ""], "the pipe was closed");
      const pid = Number(shell(sandbox.root, `pgrep -f "mount ${repository} ../mnt"`));
      assert.equal(shell(sandbox.root, `readlink /proc/${pid}/cwd`), "/\n");
      assert.match(
        readFileSync(`/proc/${pid}/stat`, "utf8"),
        new RegExp(`\\) \\S \\d+ \\d+ ${pid} `),
        "its own session",
      );
    } finally {
      point.unmount();
    }
  });

  it("says once, and with the right status, that it has come to nothing", () => {
    for (const [codes, status] of [["legacy", 2], ["modern", 13]] as const) {
      const run = sandbox.run(ours, ["--show-rc", "mount", sandbox.path("missing"), point.path], {
        env: { BORG_EXIT_CODES: codes },
      });
      assert.equal(run.status, status);
      assert.equal(run.stderr.match(/does not exist/g)?.length, 1, run.stderr);
      assert.equal(run.stderr.match(new RegExp(`terminating with error status, rc ${status}\n`, "g"))?.length, 1);
    }
  });

  it("says once, and with status 0, that it is there", () => {
    const { status, stderr } = point.mount(repository, ["--show-rc"]);
    point.unmount();
    assert.deepEqual([status, stderr], [0, "terminating with success status, rc 0\n"]);
  });

  it("says as JSON what it has to say", () => {
    const { status, stderr } = sandbox.run(ours, ["--log-json", "mount", `${repository}::none`, point.path]);
    assert.equal(status, 2);
    assert.equal(JSON.parse(stderr).msgid, "Archive.DoesNotExist");
  });

  it("lets a backup go on that waits for it", async () => {
    assert.equal(point.mount(repository).status, 0);
    const create = spawn(ours.path, ["create", "--lock-wait", "60", `${repository}::later`, "."], { cwd: source, env });
    const ended = once(create, "exit");
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(create.exitCode, null, "it waits");
    point.unmount();
    assert.deepEqual(await ended, [0, null]);
    sandbox.succeed(ours, ["delete", `${repository}::later`]);
  });

  it("keeps as many chunks as it is told", async () => {
    for (const entries of ["1", "100"]) {
      await point.within(repository, [], (path) => {
        shell(path, `for i in 1 2 3; do cmp one/big ${source}/big & done; wait`);
      }, { env: { BORG_MOUNT_DATA_CACHE_ENTRIES: entries } });
    }
    for (const entries of ["0", "-1", "many"]) {
      const { status, stderr } = point.mount(repository, [], { env: { BORG_MOUNT_DATA_CACHE_ENTRIES: entries } });
      assert.equal(status, 2);
      assert.match(stderr, /BORG_MOUNT_DATA_CACHE_ENTRIES/);
    }
  });

  it("gives every one of many readers the right bytes, also from the middle", async () => {
    await point.within(repository, [], (path) => {
      shell(
        path,
        `p=; for i in 1 2 3 4; do cmp one/big ${source}/big & p="$p $!"
         cmp -i $((i * 4000001)) -n 1000000 one/big ${source}/big & p="$p $!"; done
         for pid in $p; do wait $pid; done`,
      );
      for (const offset of [0, 1, 4095, 4096, 2 ** 20 + 7, 19_999_999, 20_000_000]) {
        const read = (file: string) => shell(source, `tail -c +${offset + 1} ${file} | head -c 5000 | sha256sum`);
        assert.equal(read(join(path, "one/big")), read("big"), `from ${offset}`);
      }
    });
  });

  it("does not open fifos, which are the reader's own", async () => {
    const folder = sandbox.folder("special");
    shell(folder, "mkfifo fifo");
    sandbox.succeed(ours, ["create", `${repository}::special`, "."], { cwd: folder });
    await point.within(`${repository}::special`, [], (path) => {
      const reader = spawn("cat", [join(path, "fifo")]);
      let text = "";
      reader.stdout.on("data", (part) => text += part);
      const writer = openSync(join(path, "fifo"), "w");
      writeFileSync(writer, "through the fifo");
      closeSync(writer);
      return once(reader, "close").then(() => assert.equal(text, "through the fifo"));
    });
  });
});
