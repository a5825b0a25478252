import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { environment, ours, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { pause, until } from "../backup/slow_backup.ts";
import { serverOf } from "../child_of.ts";
import { Far } from "./far.ts";

const MIB = 1 << 20;

describe("a server that is not what it should be", () => {
  const far = new Far(ours);
  after(() => far.remove());

  /** What the client says when the connection is made by this command. */
  function meeting(rsh: string, ...options: string[]) {
    return far.run([...options, "list", "ssh://host/repo"], { env: { BORG_RSH: rsh } });
  }

  it("because it cannot be reached", () => {
    const { status, stderr } = meeting(`sh -c 'echo "no route" >&2; exit 255'`);
    assert.equal(status, 81);
    assert.equal(stderr, "Remote: no route\nConnection closed by remote host. Is borg working on the server?\n");
  });

  it("because there is no program to reach it with", () => {
    for (const rsh of ["/nonexistent/ssh", "no-such-ssh"]) {
      const { status, stderr } = meeting(rsh);
      assert.equal(status, 2);
      assert.match(stderr, /^Error: .*No such file or directory.*'$/m);
    }
  });

  it("because the command is not well-formed", () => {
    assert.deepEqual(meeting("ssh 'x").stderr, "Error: No closing quotation: ssh 'x\n");
  });

  it("because a login script talks", () => {
    const { status, stderr } = meeting(`sh -c 'echo Welcome to host; cat > /dev/null'`);
    assert.equal(status, 86);
    assert.equal(stderr, "Got unexpected RPC data format from server:\nWelcome to host\n\n");
  });

  it("because it dies within an answer", () => {
    // The answer to the negotiation, then the beginning of an answer that promises 1000 bytes.
    const sent = String
      .raw`\224\001\001\300\201\256server_version\224\001\004\005\377\202\241i\002\241r\332\003\350abc`;
    const { status, stderr } = meeting(`sh -c 'printf "${sent.replaceAll("\\", "\\\\")}"; sleep 1'`);
    assert.equal(stderr, "Connection closed by remote host.\n");
    assert.equal(status, 80);
  });

  it("tells so as JSON as well", () => {
    const { stderr } = meeting(`sh -c 'echo hello >&2; exit 1'`, "--log-json");
    const lines = stderr.trim().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(lines.map(({ levelname, message, msgid }) => [levelname, message, msgid]), [
      ["WARNING", "Remote: hello", undefined],
      [
        "ERROR",
        "Connection closed by remote host. Is borg working on the server?",
        "ConnectionClosedWithHint",
      ],
    ]);
  });

  it("is started as BorgBackup starts it", () => {
    const options = ["--debug", "--debug-topic", "repository", "--debug-topic", "chunks"];
    far.run([...options, "--remote-path", "borg-{borgmajor}", "list", "ssh://me@host:2222/./x"], {});
    far.run(["list", "me@host:x"], { env: { BORG_REMOTE_PATH: "borg1" } });
    far.run(["init", "-e", "none", "--storage-quota", "1G", "ssh://[::1]/x"], { env: { BORG_REMOTE_PATH: "borg1" } });
    assert.deepEqual(readFileSync(far.path("calls"), "utf8").trim().split("\n"), [
      "-p 2222 me@host borg-1 serve --debug --debug-topic=borg.debug.repository",
      "me@host borg1 serve",
      "::1 borg1 serve --storage-quota=1000000000",
    ]);
  });

  it("does not get the passphrase", () => {
    const seen = far.path("seen");
    meeting(`sh -c 'env > ${seen}'`);
    const variables = readFileSync(seen, "utf8");
    assert.doesNotMatch(variables, /^BORG_PASSPHRASE=/m);
    assert.match(variables, /^BORG_VERSION=1\.4\./m);
  });

  it("cannot be configured from here", () => {
    const { status, stderr } = far.run(["config", far.url("x"), "--list"]);
    assert.equal(status, 2);
    assert.match(stderr, /argument REPOSITORY: "ssh:\/\/host.*x": Repository must be local$/m);
  });
});

for (const server of [theirs, ours]) {
  describe(`a connection to ${server.name} that breaks`, requirePeer("borg"), () => {
    const far = new Far(server);
    const url = far.url("repo");
    const source = far.sandbox.folder("source");
    before(() => far.succeed(["init", "-e", "repokey-blake2", url]));
    after(() => far.remove());

    /** A backup of 32 MiB that nobody has seen before, over a link that takes 16 MiB a second. */
    function begin(name: string, ...more: readonly string[]) {
      for (let i = 0; i < 32; i++) writeFileSync(join(source, `file${i}`), randomBytes(MIB));
      const client = spawn(ours.path, ["create", "--upload-ratelimit", "16384", `${url}::${name}`, ".", ...more], {
        cwd: source,
        env: { ...environment(far.path("base-ours")), ...far.env },
      });
      let stderr = "";
      client.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
      const ended = new Promise<{ status: number | null; stderr: string }>((resolve) =>
        client.on("close", (status) => resolve({ status, stderr }))
      );
      return { client, ended };
    }

    const isLocked = () => readdirSync(far.path("repo")).some((name) => name.startsWith("lock."));

    it("is reported, and the next run succeeds", async () => {
      const { client, ended } = begin("one");
      await until(isLocked);
      await pause(500);
      process.kill(serverOf(client.pid), "SIGKILL");
      const { status, stderr } = await ended;
      assert.match(stderr, /^Connection (closed by remote host\.|to remote host is broken\. .*)$/m);
      assert.ok(status === 80 || status === 87, `${status}`);
      if (isLocked()) far.succeed(["break-lock", url]);
      far.succeed(["create", `${url}::one`, "."], { cwd: source });
    });

    it("because the client was killed, leaves no lock and nothing that disturbs", async () => {
      const { client, ended } = begin("two");
      await until(isLocked);
      await pause(300 + Math.floor(Math.random() * 500));
      client.kill("SIGKILL");
      await ended;
      await until(() => !isLocked());
      far.succeed(["create", `${url}::two`, "."], { cwd: source });
    });

    it("because of Ctrl-C, ends in good order", async () => {
      const { client, ended } = begin("three", "-"); // it cannot be done before its standard input ends
      await until(isLocked);
      await pause(500);
      client.kill("SIGINT");
      await pause(100);
      client.stdin.end();
      const { status, stderr } = await ended;
      assert.equal(status, 2, stderr);
      assert.match(stderr, /Got Ctrl-C/);
      assert.equal(isLocked(), false);
      assert.match(far.succeed(["list", "--short", "--consider-checkpoints", url]), /^three\.checkpoint$/m);
      far.succeed(["create", `${url}::three`, "."], { cwd: source });
      far.local(["check", "--verify-data", far.path("repo")]);
    });
  });
}
