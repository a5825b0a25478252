import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { environment, ours, PASSPHRASE, Sandbox } from "../../../interop/harness.ts";
import { require, requirePeer } from "../../../interop/requirements.ts";
import { Sshd } from "../ssh/sshd.ts";
import { SshHome } from "../ssh/ssh_home.ts";

interface Place {
  readonly repository: string;
  readonly sshCommand: string;
}

/** The configuration of borgmatic 1.7, which is what Debian 12 has. */
function configuration(sandbox: Sandbox, { repository, sshCommand }: Place): string {
  return `
location:
    source_directories:
        - ${sandbox.folder("src")}
    repositories:
        - ${repository}
    local_path: ${ours.path}
    remote_path: ${ours.path}
storage:
    encryption_passphrase: ${PASSPHRASE}
    ssh_command: ${sshCommand}
    compression: zstd
    archive_name_format: 'test-{now:%Y-%m-%dT%H:%M:%S.%f}'
retention:
    keep_secondly: 1
    prefix: 'test-'
consistency:
    checks:
        - repository
        - archives
        - data
    prefix: 'test-'
`;
}

class Borgmatic {
  constructor(readonly sandbox: Sandbox, place: Place) {
    writeFileSync(sandbox.path("config.yaml"), configuration(sandbox, place));
    writeFileSync(sandbox.path("src", "file"), "content");
  }

  succeed(...args: readonly string[]): string {
    const settings = ["--config", this.sandbox.path("config.yaml"), "--syslog-verbosity", "-1"];
    const { status, stdout, stderr } = spawnSync("borgmatic", [...args, ...settings], {
      cwd: this.sandbox.folder("work"),
      env: environment(this.sandbox.folder("base")),
      encoding: "utf8",
    });
    assert.equal(status, 0, `borgmatic ${args.join(" ")}\n${stdout}${stderr}`);
    return stdout;
  }

  /** What the file has in a tree that was extracted to `out`. */
  get restored(): string {
    return readFileSync(this.sandbox.path("out", this.sandbox.path("src", "file")), "utf8");
  }

  get names(): string[] {
    const [{ archives }] = JSON.parse(this.succeed("list", "--json"));
    return archives.map(({ name }: { name: string }) => name);
  }
}

/** Everything that borgmatic does, in the order in which it is used. */
function keepRepository(borgmatic: Borgmatic): void {
  borgmatic.succeed("init", "--encryption", "repokey-blake2");
  const [created] = JSON.parse(borgmatic.succeed("create", "--json"));
  assert.equal(created.archive.stats.nfiles, 1);
  borgmatic.succeed("create", "--stats", "compact", "check");
  const [, last] = borgmatic.names;
  borgmatic.succeed("prune", "--list");
  assert.deepEqual(borgmatic.names, [last]);
  const [info] = JSON.parse(borgmatic.succeed("info", "--json", "--archive", "latest"));
  assert.equal(info.archives[0].name, last);
  assert.match(borgmatic.succeed("list", "--archive", "latest"), /src\/file\n/);
  borgmatic.succeed("extract", "--archive", "latest", "--destination", borgmatic.sandbox.folder("out"));
  assert.equal(borgmatic.restored, "content");
}

function mount(borgmatic: Borgmatic): void {
  borgmatic.succeed("init", "--encryption", "repokey");
  borgmatic.succeed("create");
  const place = borgmatic.sandbox.folder("mnt");
  borgmatic.succeed("mount", "--archive", "latest", "--mount-point", place);
  try {
    assert.equal(readFileSync(`${place}${borgmatic.sandbox.path("src", "file")}`, "utf8"), "content");
  } finally {
    borgmatic.succeed("umount", "--mount-point", place);
  }
}

const fuse = () => require(existsSync("/dev/fuse"), "no /dev/fuse");

describe("borgmatic with this program as local_path", requirePeer("borgmatic"), () => {
  const here = (work: (borgmatic: Borgmatic) => void) => () => {
    const sandbox = new Sandbox();
    after(() => sandbox.remove());
    work(new Borgmatic(sandbox, { repository: sandbox.path("repository"), sshCommand: "ssh" }));
  };

  it("keeps a repository", here(keepRepository));
  it("mounts", fuse(), here(mount));
});

describe(
  "borgmatic with this program at both ends of ssh",
  requirePeer("borgmatic", "sshd", "ssh", "ssh-keygen"),
  () => {
    const server = new Sandbox();
    let home: SshHome;
    let sshd: Sshd;

    before(async () => {
      home = new SshHome(server.path("home"));
      sshd = new Sshd(server.path("sshd"));
      sshd.authorize(home.publicKey);
      await sshd.start();
      home.know(sshd);
    });
    after(async () => {
      await sshd.stop();
      server.remove();
    });

    const there = (work: (borgmatic: Borgmatic) => void) => () => {
      const sandbox = new Sandbox();
      after(() => sandbox.remove());
      const repository = `ssh://127.0.0.1:${sshd.port}${sandbox.path("repository")}`;
      work(new Borgmatic(sandbox, { repository, sshCommand: home.openSsh }));
    };

    it("keeps a repository", there(keepRepository));
    it("mounts", fuse(), there(mount));
  },
);
