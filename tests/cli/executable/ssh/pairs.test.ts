import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { assertSameTree, describeTree } from "../../../interop/describe_tree.ts";
import { ours, type Program, Sandbox, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { writeTree } from "../../../interop/write_tree.ts";
import { Sshd } from "./sshd.ts";
import { SshHome } from "./ssh_home.ts";

const PEERS = ["borg", "sshd", "ssh", "ssh-keygen", "setfacl", "setfattr"];

describe("through a real sshd", requirePeer(...PEERS), () => {
  const sandbox = new Sandbox();
  let home: SshHome;
  let sshd: Sshd;
  const source = sandbox.folder("source");

  before(async () => {
    home = new SshHome(sandbox.path("home"));
    sshd = new Sshd(sandbox.path("sshd"));
    sshd.authorize(home.publicKey);
    await sshd.start();
    home.know(sshd);
    writeTree(source, 1);
  });
  after(async () => {
    await sshd.stop();
    sandbox.remove();
  });

  const pairs: [client: string, server: Program, rsh: () => string][] = [
    ["the built-in client", theirs, () => "builtin:ssh"],
    ["the built-in client", ours, () => "builtin:ssh"],
    ["ssh", theirs, () => home.openSsh],
    ["ssh", ours, () => home.openSsh],
  ];
  pairs.forEach(([client, server, rsh], index) => {
    it(`${client} and the server of ${server.name}`, () => {
      const env = home.env({ BORG_RSH: rsh(), BORG_REMOTE_PATH: server.path });
      const repository = sandbox.path(`repo-${index}`);
      const url = `ssh://127.0.0.1:${sshd.port}${repository}`;
      const borg = (args: readonly string[], cwd = sandbox.root) =>
        sandbox.succeed(ours, args, { base: home.path, env, cwd });
      borg(["init", "-e", "repokey-blake2", url]);
      borg(["create", `${url}::a`, "."], source);
      const target = sandbox.folder(`restored-${index}`);
      borg(["extract", "--numeric-ids", `${url}::a`], target);
      assertSameTree(describeTree(target), describeTree(source));
      borg(["check", "--verify-data", url]);
      borg(["delete", `${url}::a`]);
      borg(["compact", url]);
      sandbox.succeed(theirs, ["check", repository], { base: home.path, env });
    });
  });

  it("moves more than the windows and several keys hold, in both directions", () => {
    const env = home.env({ BORG_REMOTE_PATH: ours.path });
    const url = `ssh://127.0.0.1:${sshd.port}${sandbox.path("large")}`;
    const borg = (args: readonly string[], cwd?: string, input?: Uint8Array) =>
      sandbox.succeed(ours, args, {
        base: home.path,
        env,
        ...(cwd === undefined ? {} : { cwd }),
        ...(input === undefined ? {} : { input }),
      });
    borg(["init", "-e", "none", url]);
    const content = new Uint8Array(12 << 20);
    for (let at = 0, state = 1; at < content.length; at++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      content[at] = state >>> 24;
    }
    borg(["create", "-C", "none", "--stdin-name", "file", `${url}::a`, "-"], undefined, content);
    const target = sandbox.folder("large-restored");
    borg(["extract", `${url}::a`], target);
    const [restored] = describeTree(target).filter(({ path }) => path === "file");
    assert.equal(restored?.size, content.length);
    borg(["check", "--verify-data", url]);
  });

  it("finds what ~/.ssh/config calls by another name", () => {
    home.configure("Host backup-*", "  HostName 127.0.0.1", `  Port ${sshd.port}`, "  Compression yes");
    const env = home.env({ BORG_REMOTE_PATH: ours.path });
    const url = `backup-host:${join(sandbox.root, "named")}`;
    sandbox.succeed(ours, ["init", "-e", "none", url], { base: home.path, env });
    assert.match(
      sandbox.succeed(ours, ["info", url], { base: home.path, env }),
      /^Location: ssh:\/\/backup-host\//m,
    );
    home.configure();
  });

  it("goes on to another host by ProxyJump, even by two", () => {
    const port = `127.0.0.1:${sshd.port}`;
    const env = home.env({ BORG_REMOTE_PATH: ours.path });
    for (const chain of [`first`, `first,${port}`]) {
      home.configure(
        "Host first",
        "  HostName 127.0.0.1",
        `  Port ${sshd.port}`,
        "Host far",
        "  HostName 127.0.0.1",
        `  Port ${sshd.port}`,
        `  ProxyJump ${chain}`,
      );
      const before = sshd.log.match(/Accepted publickey/g)?.length ?? 0;
      sandbox.succeed(ours, ["list", `far:${sandbox.path("large")}`], { base: home.path, env });
      const after = sshd.log.match(/Accepted publickey/g)!.length;
      assert.ok(after - before >= chain.split(",").length, sshd.log);
    }
    home.configure();
  });

  it("sends variables that the configuration names, and no others", async () => {
    sshd.authorize(`command="echo $VINCULUM_TEST-$VINCULUM_OTHER-$BORG_PASSPHRASE" ${home.publicKey}`);
    home.configure("SendEnv VINCULUM_T*");
    await sshd.stop();
    await sshd.start("AcceptEnv VINCULUM_*");
    home.know(sshd);
    const env = home.env({ VINCULUM_TEST: "sent", VINCULUM_OTHER: "kept" });
    const { stderr } = sandbox.run(ours, ["list", `ssh://127.0.0.1:${sshd.port}/x`], { base: home.path, env });
    assert.match(stderr, /sent--/);
    sshd.authorize(home.publicKey);
    home.configure();
  });
});
