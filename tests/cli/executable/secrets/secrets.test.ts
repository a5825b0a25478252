import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { environment, ours, PASSPHRASE, Sandbox } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { fakeShell } from "../remote/fake_shell.ts";

const NEW_PASSPHRASE = "battery staple";

/** What must stay private of all that a client keeps. */
const PRIVATE = /\/(keys|security|borg)\//;

/** A system call that makes a file or directory, or changes who may read it, as `strace` shows it. */
const CREATION =
  /(?:openat|open)\([^,]*,? ?"([^"]+)", [^)]*O_CREAT[^,)]*, (0\d+)|mkdir(?:at)?\([^"]*"([^"]+)", (0\d+)|chmod[^"]*"([^"]+)", (0\d+)/g;

describe("secrets", () => {
  const sandbox = new Sandbox();
  const base = sandbox.path("base");
  before(() => void writeFileSync(join(sandbox.folder("source"), "file"), "contents"));
  after(() => sandbox.remove());

  function run(args: readonly string[], env: Record<string, string> = {}) {
    const { status, stdout, stderr } = sandbox.run(ours, args, { base, env });
    return { status, text: stdout + stderr };
  }

  it("are never readable for others, whatever the umask", requirePeer("strace"), () => {
    const log = sandbox.path("calls.log");
    const script = `umask 0
      borg() { strace -f -qq -s 4096 -e trace=open,openat,mkdir,mkdirat,chmod,fchmodat -o ${log} ${ours.path} --umask 0 "$@" || exit; cat ${log} >> ${log}.all; }
      borg init -e keyfile-blake2 kept-open
      borg create kept-open::a source
      borg key change-passphrase kept-open
      borg key export kept-open exported
      borg delete kept-open::a`;
    const { status, stderr } = spawnSync("sh", ["-c", script], {
      cwd: sandbox.root,
      env: { ...environment(base), BORG_NEW_PASSPHRASE: PASSPHRASE },
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    const made = creations(readFileSync(`${log}.all`, "utf8")).filter(({ path }) =>
      PRIVATE.test(path.slice(base.length))
    );
    assert.ok(made.length > 10, "nothing was seen");
    const open = made.filter(({ path, mode }) => (mode & 0o077) !== 0 && !path.includes("/lock."));
    assert.deepEqual(open, []);
    assert.equal(statSync(sandbox.path("exported")).mode & 0o077, 0);
  });

  it("are in no output, no log and no event", () => {
    run(["init", "-e", "repokey", "repo"]);
    const commands = [
      ["create", "repo::a", "source"],
      ["list", "repo"],
      ["info", "repo"],
      ["check", "--verify-data", "repo"],
      ["key", "change-passphrase", "repo"],
      ["list", "repo"],
      ["list", "missing"],
      ["create", "repo::a", "source"],
    ];
    const secrets = [PASSPHRASE, NEW_PASSPHRASE, keyOf(sandbox.path("repo"))];
    const said = commands.flatMap((command) =>
      [["--debug", "--show-rc"], ["--debug", "--log-json", "--show-version"]].map((options) => {
        return run([...options, ...command], { BORG_NEW_PASSPHRASE: PASSPHRASE }).text;
      })
    );
    for (const text of [...said, ...said.map((line) => line.replace(/\s/g, ""))]) {
      for (const secret of secrets) {
        assert.ok(!text.includes(secret.replace(/\s/g, "")) && !text.includes(secret), text);
      }
    }
  });

  it("are not told to other programs", () => {
    const told = sandbox.path("told");
    const spy = sandbox.path("spy");
    writeFileSync(spy, `#!/bin/sh\n{ env; printf '%s\\n' "$*"; } >> ${told}\n`);
    chmodSync(spy, 0o755);
    const shell = fakeShell(sandbox);
    const wrapper = sandbox.path("shell");
    writeFileSync(wrapper, `#!/bin/sh\n${spy} "$@"\nexec ${shell} "$@"\n`);
    chmodSync(wrapper, 0o755);
    const far = { BORG_RSH: wrapper, BORG_REMOTE_PATH: ours.path };
    run(["init", "-e", "repokey", "repo2"]);
    assert.equal(run(["list", `ssh://host${sandbox.path("repo2")}`], far).status, 0);
    assert.equal(run(["create", "--content-from-command", "repo2::b", "--", spy]).status, 0);
    assert.equal(run(["with-lock", "repo2", spy]).status, 0);
    const { BORG_PASSPHRASE: _, ...others } = environment(base);
    const env = {
      ...others,
      BORG_PASSCOMMAND: `sh -c "${spy} asked; echo ${PASSPHRASE}"`,
    };
    spawnSync(ours.path, ["list", sandbox.path("repo2")], { env });
    const text = readFileSync(told, "utf8");
    assert.ok(text.includes("asked"));
    assert.ok(
      !text.split("\n").filter((line) => !line.startsWith("BORG_PASSCOMMAND=")).join().includes(PASSPHRASE),
      text,
    );
  });
});

interface Creation {
  readonly path: string;
  readonly mode: number;
}

function creations(log: string): Creation[] {
  return Array.from(log.matchAll(CREATION), (match) => {
    const [path, mode] = match.slice(1).filter((group) => group !== undefined);
    return { path: path!, mode: parseInt(mode!, 8) };
  });
}

/** The encrypted key of a repository, in one line. */
function keyOf(repository: string): string {
  const config = readFileSync(join(repository, "config"), "utf8");
  return /^key = ([^]*)/m.exec(config)![1]!.replace(/\s/g, "").slice(0, 60);
}
