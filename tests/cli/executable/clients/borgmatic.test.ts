import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { after, describe, it } from "node:test";
import { environment, ours, PASSPHRASE, Sandbox } from "../../../interop/harness.ts";
import { require, requirePeer } from "../../../interop/requirements.ts";
import { fakeShell } from "../remote/fake_shell.ts";

/** The configuration of borgmatic 1.7, which is what Debian 12 has. */
function configuration(sandbox: Sandbox, repository: string): string {
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
    ssh_command: ${fakeShell(sandbox)}
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
  readonly sandbox = new Sandbox();

  constructor(repository: (sandbox: Sandbox) => string) {
    writeFileSync(this.sandbox.path("config.yaml"), configuration(this.sandbox, repository(this.sandbox)));
    writeFileSync(this.sandbox.path("src", "file"), "content");
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

describe("borgmatic with this program as local_path", requirePeer("borgmatic"), () => {
  it("keeps a repository", () => {
    const borgmatic = new Borgmatic((sandbox) => sandbox.path("repository"));
    after(() => borgmatic.sandbox.remove());
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
  });

  it("keeps a repository behind ssh", () => {
    const borgmatic = new Borgmatic((sandbox) => `ssh://host${sandbox.path("repository")}`);
    after(() => borgmatic.sandbox.remove());
    borgmatic.succeed("init", "--encryption", "repokey");
    borgmatic.succeed("prune", "compact", "create", "check");
    assert.equal(borgmatic.names.length, 1);
    borgmatic.succeed("extract", "--archive", "latest", "--destination", borgmatic.sandbox.folder("out"));
    assert.equal(borgmatic.restored, "content");
  });

  it("mounts", require(existsSync("/dev/fuse"), "no /dev/fuse"), () => {
    const borgmatic = new Borgmatic((sandbox) => sandbox.path("repository"));
    after(() => borgmatic.sandbox.remove());
    borgmatic.succeed("init", "--encryption", "repokey");
    borgmatic.succeed("create");
    const place = borgmatic.sandbox.folder("mnt");
    borgmatic.succeed("mount", "--archive", "latest", "--mount-point", place);
    try {
      assert.deepEqual(readdirSync(`${place}${borgmatic.sandbox.path("src")}`), ["file"]);
    } finally {
      borgmatic.succeed("umount", "--mount-point", place);
    }
  });
});
