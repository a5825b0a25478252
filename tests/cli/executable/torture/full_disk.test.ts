import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { environment, ours, Sandbox } from "../../../interop/harness.ts";
import { require } from "../../../interop/requirements.ts";
import { noise } from "../check/damaged_repository.ts";

function canMount(): boolean {
  const sandbox = new Sandbox();
  const command = `mount -t tmpfs vinculum '${sandbox.root}' && umount '${sandbox.root}'`;
  const { status } = spawnSync("sh", ["-c", command], { stdio: "ignore" });
  sandbox.remove();
  return status === 0;
}

const FULL = /no space left|ENOSPC|free space/i;

/** How small each of these places may be; the repository needs some room for the first archive. */
const PLACES = [
  { place: "repository", kib: 3000 },
  { place: "repository", kib: 4200 },
  { place: "cache", kib: 400 },
  { place: "config", kib: 40 },
] as const;

describe("a disk that is full", require(canMount(), "mount needs to be allowed"), () => {
  for (const { place, kib } of PLACES) {
    describe(`under the ${place}, after ${kib} KiB`, () => {
      const sandbox = new Sandbox();
      const disk = sandbox.folder("disk");
      const repository = place === "repository" ? `${disk}/repo` : sandbox.path("repo");
      const env: Record<string, string> = {};
      if (place === "cache") env["BORG_CACHE_DIR"] = `${disk}/cache`;
      if (place === "config") env["BORG_CONFIG_DIR"] = `${disk}/config`;

      before(() => {
        sandbox.folder("small");
        sandbox.folder("large");
        writeFileSync(sandbox.path("small", "file"), noise(100_000));
        for (let i = 0; i < 300; i++) writeFileSync(sandbox.path("large", `file${i}`), noise(20_000, i + 2));
        shell(`mount -t tmpfs -o size=${kib}k,nr_inodes=400 vinculum '${disk}'`);
        sandbox.succeed(ours, ["init", "-e", "repokey", repository], { env });
        sandbox.succeed(ours, ["create", "-C", "none", `${repository}::one`, "small"], { env });
      });
      after(() => {
        shell(`umount '${disk}'`);
        sandbox.remove();
      });

      it("is reported, and what was there is as it was", () => {
        if (place !== "repository") shell(`head -c 100m /dev/zero > '${disk}/filler' 2>/dev/null; true`);
        const { status, stderr } = sandbox.run(ours, ["create", "-C", "none", `${repository}::two`, "large"], { env });
        assert.equal(status, 2, stderr);
        assert.match(stderr, FULL);
        if (place !== "repository") shell(`rm '${disk}/filler'`);
        const names = sandbox.succeed(ours, ["list", "--short", repository], { env });
        assert.match(names, /^one\n(two\n)?$/);
        sandbox.succeed(ours, ["check", "--verify-data", repository], { env });
        sandbox.succeed(ours, ["extract", "--dry-run", `${repository}::one`], { env });
        sandbox.succeed(ours, ["create", `${repository}::three`, "small"], { env });
        // On a disk this small, BorgBackup does not delete either: one full segment must fit.
        if (place !== "repository") sandbox.succeed(ours, ["delete", `${repository}::one`], { env });
        sandbox.succeed(ours, ["compact", repository], { env });
        sandbox.succeed(ours, ["check", "--verify-data", repository], { env });
      });
    });
  }

  describe("under the temporary directory", () => {
    const sandbox = new Sandbox();
    const disk = sandbox.folder("disk");
    before(() => {
      writeFileSync(`${sandbox.folder("source")}/file`, noise(1_000_000));
      shell(`mount -t tmpfs -o size=40k vinculum '${disk}'`);
      shell(`head -c 100m /dev/zero > '${disk}/filler' 2>/dev/null; true`);
    });
    after(() => {
      shell(`umount '${disk}'`);
      sandbox.remove();
    });

    it("is no obstacle: nothing is written there", () => {
      const env = { TMPDIR: disk, TMP: disk, TEMP: disk };
      for (const command of ["init -e repokey repo", "create repo::a source", "check repo", "compact repo"]) {
        sandbox.succeed(ours, command.split(" "), { env });
      }
      sandbox.succeed(ours, ["extract", "../repo::a"], { env, cwd: sandbox.folder("into") });
      sandbox.succeed(ours, ["export-tar", "repo::a", "archive.tar.xz"], { env });
      assert.deepEqual(readdirSync(disk), ["filler"]);
    });
  });

  function shell(command: string): void {
    const { status, stderr } = spawnSync("sh", ["-c", command], { encoding: "utf8" });
    assert.equal(status, 0, `${command}: ${stderr}`);
  }
});

describe("too few file descriptors", () => {
  const sandbox = new Sandbox();
  before(() => {
    for (let i = 0; i < 40; i++) {
      writeFileSync(`${sandbox.folder("tree", ...new Array(i).fill("d"))}/file`, noise(3000, i));
    }
    sandbox.succeed(ours, ["init", "-e", "none", "repo"]);
  });
  after(() => sandbox.remove());

  for (const limit of [8, 16, 20, 32, 48, 64]) {
    it(`are reported, or enough: ${limit}`, () => {
      const { status, stderr } = spawnSync(
        "sh",
        ["-c", `ulimit -n ${limit}; exec '${ours.path}' create repo::limit${limit} tree`],
        { cwd: sandbox.root, env: environment(sandbox.folder("base-ours")), encoding: "utf8" },
      );
      if (status === 0) sandbox.succeed(ours, ["extract", "--dry-run", `repo::limit${limit}`]);
      else assert.notEqual(stderr, "");
      sandbox.succeed(ours, ["check", "--verify-data", "repo"]);
    });
  }
});
