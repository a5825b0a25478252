import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { ours, Sandbox } from "../../../interop/harness.ts";
import { findCommand, requirePeer } from "../../../interop/requirements.ts";
import type { Turn } from "../../command_script.ts";
import { converse } from "../terminal.ts";
import { Background, freePort } from "./background.ts";
import { Sshd } from "./sshd.ts";
import { makeKey, SshHome } from "./ssh_home.ts";

const CLOSED = "Connection closed by remote host. Is borg working on the server?\n";
const CONNECTION_CLOSED_WITH_HINT = 81;

describe("the built-in SSH client", requirePeer("sshd", "ssh", "ssh-keygen", "ssh-agent"), () => {
  const sandbox = new Sandbox();
  let home: SshHome;
  let sshd: Sshd;
  let count = 0;

  before(async () => {
    sshd = new Sshd(sandbox.path("sshd"));
    await sshd.start();
    sandbox.succeed(ours, ["init", "-e", "none", sandbox.path("repo")]);
  });
  beforeEach(() => {
    home = new SshHome(sandbox.path(`home-${++count}`));
    sshd.authorize(home.publicKey);
    home.know(sshd);
  });
  after(async () => {
    await sshd.stop();
    sandbox.remove();
  });

  const url = (port = sshd.port) => `ssh://127.0.0.1:${port}${sandbox.path("repo")}`;
  const options = (env: Record<string, string> = {}) => ({
    base: home.path,
    env: home.env({ BORG_REMOTE_PATH: ours.path, BORG_EXIT_CODES: "modern", ...env }),
  });
  const list = (place = url(), env: Record<string, string> = {}) =>
    sandbox.run(ours, ["--info", "list", place], options(env));
  const lines = (...texts: readonly string[]) => texts.map((text) => `Remote: ${text}\n`).join("");

  function assertRefused(outcome: ReturnType<typeof list>, stderr: string): void {
    assert.equal(outcome.stderr, stderr + CLOSED);
    assert.equal(outcome.status, CONNECTION_CLOSED_WITH_HINT);
  }

  /** Lists the repository in a terminal; gives the status and what was shown. */
  async function talk(turns: readonly Turn[]) {
    return await converse(`'${ours.path}' list '${url()}'`, turns, { cwd: sandbox.root, env: options().env });
  }

  it("works when everything is in order", () => assert.equal(list().status, 0));

  describe("and host keys", () => {
    const NAME = () => `[127.0.0.1]:${sshd.port}`;

    it("refuses one that is not known, and remembers nothing", () => {
      home.know();
      assertRefused(
        list(),
        lines(
          `No ED25519 host key is known for ${NAME()} and nobody has confirmed it.`,
          "Host key verification failed.",
        ),
      );
      assert.equal(home.knownHosts(), "");
    });

    it("refuses one that has changed, whatever StrictHostKeyChecking says short of off", () => {
      const other = makeKey(sandbox.path(`other-${count}`));
      home.know({ port: sshd.port, hostKey: other });
      for (const policy of ["ask", "accept-new", "yes"]) {
        home.configure(`StrictHostKeyChecking ${policy}`);
        const { status, stderr } = list();
        assert.equal(status, CONNECTION_CLOSED_WITH_HINT);
        assert.match(stderr, /^Remote: @ {4}WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! {5}@$/m);
        assert.match(stderr, /^Remote: Offending ED25519 key in .*\/\.ssh\/known_hosts:1$/m);
        assert.match(stderr, /^Remote: Host key verification failed\.$/m);
      }
      assert.ok(home.knownHosts().includes(other.split(" ")[1]!));
    });

    it("says so when a changed one is let pass because that was asked for", () => {
      home.know({ port: sshd.port, hostKey: makeKey(sandbox.path(`other-${count}`)) });
      home.configure("StrictHostKeyChecking no");
      const { status, stderr } = list();
      assert.equal(status, 0);
      assert.match(stderr, /REMOTE HOST IDENTIFICATION HAS CHANGED/);
    });

    it("refuses one that is revoked, even if it is known", () => {
      home.knowAlso(`@revoked * ${sshd.hostKey}`);
      const { status, stderr } = list();
      assert.equal(status, CONNECTION_CLOSED_WITH_HINT);
      assert.match(stderr, /REVOKED HOST KEY DETECTED/);
    });

    it("takes a new one if the configuration says so, hashed if it says so, and knows it then", () => {
      rmSync(home.file("known_hosts"));
      home.configure("StrictHostKeyChecking accept-new", "HashKnownHosts yes");
      const { status, stderr } = list();
      assert.equal(status, 0, stderr);
      assert.match(
        stderr,
        /^Remote: Warning: Permanently added '\[127\.0\.0\.1\]:\d+' \(ED25519\) to the list of known/m,
      );
      assert.match(home.knownHosts(), /^\|1\|[^ ]+ ssh-ed25519 [^ ]+\n$/);
      home.configure("StrictHostKeyChecking yes");
      assert.equal(list().stderr, "");
    });

    it("does not take a new one of another type than the one that is known", () => {
      const ecdsa = makeKey(sandbox.path(`ecdsa-${count}`), { type: "ecdsa" });
      home.know({ port: sshd.port, hostKey: ecdsa });
      home.configure("StrictHostKeyChecking accept-new");
      assert.match(list().stderr, /^Remote: Host key verification failed\.$/m);
    });

    it("asks a person, who says yes", async () => {
      home.know();
      home.configure("HashKnownHosts no");
      const { status, shown } = await talk([
        { shows: `The authenticity of host '${NAME()} (${NAME()})' can't be established.` },
        { shows: "ED25519 key fingerprint is SHA256:" },
        { shows: "(yes/no/[fingerprint])? " },
        { types: "perhaps" },
        { shows: "Please type 'yes', 'no' or the fingerprint: " },
        { types: "yes" },
      ]);
      assert.equal(status, 0, shown);
      assert.ok(home.knownHosts().startsWith(`${NAME()} ssh-ed25519 `));
    });

    it("asks a person, who says no", async () => {
      home.know();
      const { status, shown } = await talk([{ shows: "(yes/no/[fingerprint])? " }, { types: "no" }]);
      assert.equal(status, CONNECTION_CLOSED_WITH_HINT, shown);
      assert.equal(home.knownHosts(), "");
    });

    it("asks nobody in batch mode", async () => {
      home.know();
      home.configure("BatchMode yes");
      assert.equal((await talk([])).status, CONNECTION_CLOSED_WITH_HINT);
    });
  });

  describe("and keys of users", () => {
    it("says when none of them is taken", () => {
      sshd.authorize();
      assertRefused(list(), lines(`${userName()}@127.0.0.1: Permission denied (publickey).`));
    });

    it("asks for the passphrase of one that will be taken, three times", async () => {
      const key = makeKey(sandbox.path(`locked-${count}`), { passphrase: "secret words" });
      home.useKey(sandbox.path(`locked-${count}`));
      sshd.authorize(key);
      const question = `Enter passphrase for key '${home.file("id_ed25519")}': `;
      const right = await talk([
        { shows: question },
        { types: "wrong" },
        { shows: question },
        { types: "secret words" },
      ]);
      assert.equal(right.status, 0, right.shown);
      assert.ok(!right.shown.includes("secret"), right.shown);
      const wrong = await talk([1, 2, 3].flatMap(() => [{ shows: question }, { types: "wrong" }]));
      assert.equal(wrong.status, CONNECTION_CLOSED_WITH_HINT);
      assert.match(wrong.shown, /Permission denied \(publickey\)/);
    });

    it("does not ask for the passphrase of one that will not be taken, nor where there is nobody to ask", async () => {
      const key = makeKey(sandbox.path(`locked-${count}`), { passphrase: "secret words" });
      home.useKey(sandbox.path(`locked-${count}`));
      sshd.authorize();
      assert.equal((await talk([])).status, CONNECTION_CLOSED_WITH_HINT);
      sshd.authorize(key);
      assert.match(list().stderr, /Permission denied \(publickey\)/);
    });

    it("does not use one that others can read", () => {
      chmodSync(home.file("id_ed25519"), 0o644);
      const { stderr } = list();
      assert.match(stderr, /^Remote: @ {9}WARNING: UNPROTECTED PRIVATE KEY FILE! {10}@$/m);
      assert.match(stderr, /^Remote: Permissions 0644 for '.*' are too open\.$/m);
      assert.match(stderr, /Permission denied \(publickey\)/);
    });

    for (const type of ["rsa", "ecdsa"]) {
      it(`takes one of type ${type}, named by the configuration`, () => {
        sshd.authorize(makeKey(home.file("special"), { type }));
        home.configure("IdentityFile ~/.ssh/missing", "IdentityFile ~/.ssh/special");
        const { status, stderr } = list();
        assert.equal(status, 0, stderr);
        assert.match(stderr, /^Remote: no such identity: .*\/missing: No such file or directory$/m);
      });
    }

    it("lets the agent sign", async () => {
      const socket = sandbox.path(`agent-${count}`);
      const agent = new Background(["ssh-agent", "-D", "-a", socket], home.env());
      try {
        for (let left = 500; left > 0 && !existsSync(socket); left--) await new Promise((done) => setTimeout(done, 10));
        const path = sandbox.path(`held-${count}`);
        sshd.authorize(makeKey(path));
        assert.equal(list(url(), { SSH_AUTH_SOCK: socket }).status, CONNECTION_CLOSED_WITH_HINT);
        const add = new Background(["ssh-add", "-q", path], home.env({ SSH_AUTH_SOCK: socket }));
        assert.equal(await add.ended, 0, add.output);
        assert.equal(list(url(), { SSH_AUTH_SOCK: socket }).status, 0);
        home.configure(`IdentityAgent ${socket}`);
        assert.equal(list().status, 0);
        home.configure(`IdentityAgent ${socket}`, "IdentitiesOnly yes");
        assert.equal(list().status, CONNECTION_CLOSED_WITH_HINT);
      } finally {
        await agent.end();
      }
    });
  });

  describe("and hosts", () => {
    it("says why it cannot connect", async () => {
      const port = await freePort();
      assertRefused(list(url(port)), lines(`ssh: connect to host 127.0.0.1 port ${port}: Connection refused`));
      assertRefused(
        list("ssh://host.invalid/x"),
        lines("ssh: Could not resolve hostname host.invalid: Name or service not known"),
      );
    });

    it("does not wait longer than ConnectTimeout for an answer", async () => {
      const silent = createServer(() => {});
      const port = await new Promise<number>((resolve) =>
        silent.listen(0, "127.0.0.1", () => resolve((silent.address() as { port: number }).port))
      );
      home.configure("ConnectTimeout 1");
      const run = new Background([ours.path, "list", url(port)], options().env);
      assert.equal(await run.ended, CONNECTION_CLOSED_WITH_HINT);
      assert.match(run.output, /timed out during the key exchange/);
      silent.close();
    });

    it("says when what answers does not speak SSH", async () => {
      const strange = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
      const port = await new Promise<number>((resolve) =>
        strange.listen(0, "127.0.0.1", () => resolve((strange.address() as { port: number }).port))
      );
      const run = new Background([ours.path, "list", url(port)], options().env);
      assert.equal(await run.ended, CONNECTION_CLOSED_WITH_HINT);
      assert.equal(run.output, lines(`Connection closed by 127.0.0.1 port ${port}`) + CLOSED);
      strange.close();
    });
  });

  describe("and what it does not support", () => {
    /** A PATH on which there is nothing but, maybe, an `ssh` that notes its words. */
    function lonelyPath(withSsh: boolean): string {
      const folder = sandbox.folder(`bin-${count}`);
      if (withSsh) {
        const fake = `#!/bin/sh\necho "$@" > ${sandbox.path("called")}\nexec ${
          home.openSsh.replace("ssh", findCommand("ssh")!)
        } "$@"\n`;
        writeFileSync(join(folder, "ssh"), fake, { mode: 0o755 });
      } else if (!existsSync(join(folder, "sh"))) symlinkSync(findCommand("sh")!, join(folder, "sh"));
      return folder;
    }

    it("leaves it to ssh and says so at --info only", () => {
      home.configure("ControlMaster auto", "ControlPath none");
      const { status, stderr } = list(url(), { PATH: lonelyPath(true) });
      assert.equal(status, 0, stderr);
      assert.match(stderr, /^Using ssh, the built-in client does not support this: controlmaster auto\n/);
      const quiet = sandbox.run(ours, ["list", url()], options({ PATH: lonelyPath(true) }));
      assert.equal(quiet.stderr, "");
    });

    it("is an error where there is no ssh", () => {
      home.configure("ProxyCommand nc %h %p");
      const { status, stderr } = list(url(), { PATH: lonelyPath(false) });
      assert.equal(status, 2);
      assert.match(stderr, /not supported by the built-in SSH client: proxycommand .*; there is no ssh to use instead/);
    });

    for (const [what, prepare] of certificates()) {
      it(`leaves ${what} to ssh`, () => {
        prepare();
        assert.match(list(url(), { PATH: lonelyPath(true) }).stderr, /^Using ssh, the built-in client/m);
      });
    }

    function certificates(): [string, () => void][] {
      return [
        ["a certificate of the user", () => writeFileSync(home.file("id_ed25519-cert.pub"), "anything\n")],
        ["a certificate authority", () => home.knowAlso(`@cert-authority [127.0.0.1]:* ${sshd.hostKey}`)],
      ];
    }

    it("comes second to ssh, unless there is none", async () => {
      const run = async (path: string) => {
        rmSync(sandbox.path("called"), { force: true });
        const { BORG_RSH: _, ...env } = options({ PATH: path }).env;
        const { ended } = new Background([ours.path, "list", url()], env);
        return [await ended, existsSync(sandbox.path("called"))];
      };
      assert.deepEqual(await run(lonelyPath(true)), [0, true]);
      assert.deepEqual(await run(sandbox.folder("empty")), [0, false]);
    });

    it("refuses a configuration that others could have written", () => {
      home.configure("Port 1");
      chmodSync(home.file("config"), 0o666);
      assertRefused(list(), lines(`Bad owner or permissions on ${home.file("config")}`));
    });
  });
});

function userName(): string {
  return spawnSync("id", ["-un"], { encoding: "utf8" }).stdout.trim();
}
