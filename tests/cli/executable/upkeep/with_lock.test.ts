import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { environment, ours, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { Twin } from "../listings/twin.ts";

describe("with-lock does what BorgBackup does", requirePeer("borg"), () => {
  let twin: Twin;
  const look = () => readdirSync(twin.sandbox.path("repo", "data", "0")).map(Number).sort((a, b) => a - b);
  before(() => {
    twin = new Twin();
    writeFileSync(twin.sandbox.path("file"), "content");
    twin.prepare(["init", "-e", "repokey", "repo"]);
    twin.prepare(["create", "repo::a", "file"]);
    twin.freeze();
  });
  after(() => twin.remove());

  for (
    const words of [
      ["true"],
      ["sh", "-c", "exit 7"],
      ["--", "sh", "-c", "echo out; echo err >&2; exit 1"],
      ["sh", "-c", "ls repo | grep lock; ls repo/lock.exclusive | wc -l"],
      ["sh", "-c", "env | grep -c BORG_PASSPHRASE"],
      ["ls", "--lock-wait", "1"],
      ["-v", "true"],
      ["cat"],
    ]
  ) {
    it(words.join(" "), () => {
      const input = "what the command reads\n";
      twin.sameBut({ look, input, env: { LC_ALL: "C" } }, ["with-lock", "repo", ...words]);
    });
  }

  it("keeps others out", () => {
    const words = ["sh", "-c", `${theirs.path} list --lock-wait 0 repo; echo $?`];
    const [outcome] = twin.sameBut({ look }, ["with-lock", "repo", ...words]);
    assert.equal(outcome!.stdout, "2\n");
    assert.match(outcome!.stderr, /^Failed to create\/acquire the lock .* \(timeout\)\.\n$/);
  });

  it("needs no passphrase", () => {
    const verified = () => {
      twin.verify();
      return look();
    };
    twin.sameBut({ look: verified, env: { BORG_PASSPHRASE: "wrong" } }, ["with-lock", "repo", "true"]);
  });

  it("refuses what it cannot work with", () => {
    for (const args of [["missing", "true"], ["--bypass-lock", "repo", "true"], ["repo::a", "true"]]) {
      const withoutUsage = (text: string) => text.replace(/^usage:[^]*?(?=^borg)/m, "");
      const [refusal] = twin.sameBut({ look, edit: withoutUsage }, ["with-lock", ...args]);
      assert.equal(refusal!.status, 2);
    }
  });

  const run = (args: readonly string[], env = {}) =>
    twin.sandbox.run(ours, ["with-lock", ...args], { base: twin.base, env });

  it("says when there is no such program, and unlocks", () => {
    const { status, stderr } = run(["repo", "no-such-program"]);
    assert.equal(status, 2);
    assert.equal(
      stderr,
      "Command Error: Failed to execute command: [Errno 2] No such file or directory: 'no-such-program'\n",
    );
    assert.equal(run(["repo", "/etc"], { BORG_EXIT_CODES: "modern" }).status, 4);
    assert.equal(existsSync(twin.sandbox.path("repo", "lock.exclusive")), false);
    assert.equal(run(["repo"]).status, 2);
  });

  it("hands on the command's status with either kind of statuses, and 128+N for signals", () => {
    for (const env of [{}, { BORG_EXIT_CODES: "modern" }]) {
      assert.equal(run(["repo", "sh", "-c", "exit 200"], env).status, 200);
      assert.equal(run(["repo", "sh", "-c", "kill -9 $$"], env).status, 137);
    }
    assert.equal(run(["--show-rc", "repo", "sh", "-c", "exit 7"]).stderr, "terminating with error status, rc 7\n");
    assert.equal(run(["--show-rc", "repo", "sh", "-c", "exit 1"]).stderr, "terminating with warning status, rc 1\n");
  });

  /** Runs a script with the lock held and sends us a signal once it says that it is ready. */
  function interrupted(script: string, signal: NodeJS.Signals): Promise<{ status: number | null; stdout: string }> {
    const child = spawn(ours.path, ["with-lock", "repo", "sh", "-c", script], {
      cwd: twin.sandbox.root,
      env: environment(twin.base),
      stdio: ["ignore", "pipe", "ignore"],
    });
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      if (!stdout.includes("ready") && (stdout + text).includes("ready")) child.kill(signal);
      stdout += text;
    });
    return new Promise((resolve) => child.on("close", (status) => resolve({ status, stdout })));
  }

  it("hands SIGTERM on, and waits for the command's end before it unlocks", async () => {
    const script = "trap 'ls repo | grep lock.exclusive; exit 0' TERM; echo ready; while :; do sleep 0.05; done";
    assert.deepEqual(await interrupted(script, "SIGTERM"), { status: 143, stdout: "ready\nlock.exclusive\n" });
    assert.equal(existsSync(twin.sandbox.path("repo", "lock.exclusive")), false);
    twin.verify();
  });

  it("leaves Ctrl-C to the command", async () => {
    assert.deepEqual(await interrupted("echo ready; sleep 0.5; echo done; exit 5", "SIGINT"), {
      status: 5,
      stdout: "ready\ndone\n",
    });
  });
});
