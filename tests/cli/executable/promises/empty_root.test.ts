import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { after, describe, it } from "node:test";
import { ours, Sandbox } from "../../../interop/harness.ts";
import { require, requirePeer } from "../../../interop/requirements.ts";

/** A machine with the C library, the executable, /proc, and a temporary folder of no use: nothing else, not even /dev. */
class EmptyMachine {
  readonly sandbox = new Sandbox();

  constructor() {
    for (const library of librariesOf(ours.path)) {
      const path = this.path(library);
      mkdirSync(dirname(path), { recursive: true });
      copyFileSync(library, path);
    }
    for (const folder of ["proc", "tmp", "home"]) mkdirSync(this.path(folder));
    writeFileSync(this.path("borg"), "");
  }

  path(name: string): string {
    return this.sandbox.path("root", name.replace(/^\//, ""));
  }

  /** Runs the executable with no variables but those given. */
  run(args: readonly string[], variables: Readonly<Record<string, string>> = { BORG_PASSPHRASE: "secret" }) {
    const program = `
      mount --bind /proc proc; mount -t tmpfs -o ro,noexec none tmp; mount --bind "$1" borg; shift
      exec chroot . /borg "$@"`;
    const environment = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
    const chroot = ["unshare", "-m", "sh", "-euc", program, "sh", ours.path, ...args];
    const { status, stdout, stderr } = spawnSync("env", ["-i", `PATH=${PATH}`, ...environment, ...chroot], {
      cwd: this.sandbox.path("root"),
      encoding: "utf8",
    });
    return { status, stdout, stderr };
  }

  succeed(args: readonly string[], variables?: Readonly<Record<string, string>>): string {
    const { status, stdout, stderr } = this.run(args, variables);
    assert.equal(status, 0, `borg ${args.join(" ")}: ${stderr}`);
    return stdout;
  }
}

const PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

function librariesOf(program: string): string[] {
  const { stdout } = spawnSync("ldd", [program], { encoding: "utf8" });
  return [...stdout.matchAll(/\/\S+/g)].map(([path]) => path);
}

describe("on a machine with nothing but a C library", requirePeer("unshare", "chroot", "ldd"), () => {
  it("backs up, verifies and restores, without HOME, /dev and a usable TMPDIR", requireNamespaces(), () => {
    const machine = new EmptyMachine();
    after(() => machine.sandbox.remove());
    writeFileSync(machine.path("/home/grüße"), "content");
    symlinkSync("grüße", machine.path("/home/link"));
    const odd = { BORG_PASSPHRASE: "secret", TMPDIR: "/tmp", LC_ALL: "C" };
    machine.succeed(["init", "-e", "repokey", "/repo"]);
    machine.succeed(["create", "/repo::a", "/home"]);
    machine.succeed(["create", "-C", "lzma", "/repo::b", "/home"], odd);
    machine.succeed(["check", "--verify-data", "/repo"], { BORG_PASSPHRASE: "secret", TMPDIR: "/nowhere" });
    assert.equal(machine.succeed(["list", "--short", "/repo::b"], odd), "home\nhome/grüße\nhome/link\n");
    writeFileSync(machine.path("/home/grüße"), "lost");
    machine.succeed(["extract", "/repo::a"], odd);
    assert.equal(readFileSync(machine.path("/home/grüße"), "utf8"), "content");
  });

  it("says in a line that it cannot mount", requireNamespaces(), () => {
    const machine = new EmptyMachine();
    after(() => machine.sandbox.remove());
    machine.succeed(["init", "-e", "repokey", "/repo"]);
    mkdirSync(machine.path("/mnt"));
    const { status, stderr } = machine.run(["mount", "/repo", "/mnt"]);
    assert.equal(status, 2);
    assert.match(stderr, /^.*FUSE.*\n$/);
  });

  it("says in a line that there is nobody to ask for a passphrase", requireNamespaces(), () => {
    const machine = new EmptyMachine();
    after(() => machine.sandbox.remove());
    const { status, stderr } = machine.run(["init", "-e", "repokey", "/repo"], {});
    assert.equal(status, 2);
    assert.match(stderr, /^.*can not acquire a passphrase: .*\n$/);
  });
});

function requireNamespaces() {
  return require(spawnSync("unshare", ["-m", "true"]).status === 0, "may not make namespaces");
}
