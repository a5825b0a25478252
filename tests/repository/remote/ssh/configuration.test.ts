import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { BadPermissions, expandPath } from "../../../../src/repository/remote/ssh/client_settings.ts";
import { type Configuration, configurationOf } from "../../../../src/repository/remote/ssh/configuration.ts";
import { parseSettings } from "../../../../src/repository/remote/ssh/settings_file.ts";
import { Unsupported } from "../../../../src/repository/remote/ssh/unsupported.ts";
import type { Target } from "../../../../src/repository/remote/transport.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { withScratch } from "../../scratch.ts";

/** Writes files below a home's `.ssh`, and gives what they mean for a target. */
function read(
  home: string,
  files: Record<string, string>,
  target: Target | string = "host",
  env: Record<string, string> = {},
): Configuration {
  mkdirSync(join(home, ".ssh", "config.d"), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, ".ssh", name), text, { mode: 0o600 });
  const systemFile = join(home, ".ssh", "system");
  return configurationOf(typeof target === "string" ? { host: target } : target, {
    env: { HOME: home, ...env },
    systemFile,
  });
}

/** The same in a folder of its own. */
async function effective(text: string, target?: Target | string, env?: Record<string, string>): Promise<Configuration> {
  let result: Configuration | undefined;
  await withScratch((home) => {
    result = read(home, { config: text }, target, env);
  });
  return result!;
}

describe("the SSH client's configuration", () => {
  it("has OpenSSH's defaults", async () => {
    await withScratch((home) => {
      const configuration = read(home, {}, "Some.Host", { SSH_AUTH_SOCK: "/agent" });
      const { hostName, port, jumps, hostKeys, authentication, aliveInterval } = configuration;
      assert.deepEqual([hostName, port, jumps, aliveInterval], ["Some.Host", 22, [], 0]);
      assert.deepEqual(hostKeys, {
        policy: "ask",
        alias: undefined,
        userFiles: [`${home}/.ssh/known_hosts`, `${home}/.ssh/known_hosts2`],
        globalFiles: ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"],
        hash: false,
      });
      assert.equal(authentication.identityFiles.length, 7);
      assert.equal(authentication.identityFiles[3], `${home}/.ssh/id_ed25519`);
      assert.equal(authentication.agent, "/agent");
      assert.deepEqual(authentication.methods, ["publickey", "keyboard-interactive", "password"]);
    });
  });

  it("takes the first value of each directive", async () => {
    const text = "Port 1\nHost ho*\n  Port 2\n  User first\nHost *\n  User second\n  HostName real\n";
    const { port, user, hostName } = await effective(text);
    assert.deepEqual([port, user, hostName], [1, "first", "real"]);
  });

  it("gives way to the location", async () => {
    const { port, user } = await effective("Port 1\nUser file\n", { host: "host", port: 7, user: "me" });
    assert.deepEqual([port, user], [7, "me"]);
  });

  it("is that of the blocks whose patterns match", async () => {
    const text = "Host other\n Port 1\nHost *.org !bad.org\n Port 2\nHost ????\n Port 3\nHost *\n Port 4\n";
    const ports = await Promise.all(
      ["other", "good.org", "bad.org", "abcd", "x"].map((host) => effective(text, host)),
    );
    assert.deepEqual(ports.map(({ port }) => port), [1, 2, 4, 3, 4]);
  });

  it("gathers identity files and knows tokens, variables and the home", async () => {
    await withScratch((home) => {
      const text = `Host h
  HostName %h.example.org
  User u
  IdentityFile ~/a/%n-%h-%r-%p-%%
  IdentityFile "%d/with blank"
  IdentityFile \${DIR}/key
  IdentityAgent $AGENT
  UserKnownHostsFile ~/k1 /abs/k2 none
`;
      const { authentication, hostKeys } = read(home, { config: text }, "h", { DIR: "/dir", AGENT: "/sock" });
      assert.deepEqual(authentication.identityFiles, [
        `${home}/a/h-h.example.org-u-22-%`,
        `${home}/with blank`,
        "/dir/key",
      ]);
      assert.deepEqual([authentication.named, authentication.agent], [true, "/sock"]);
      assert.deepEqual(hostKeys.userFiles, [`${home}/k1`, "/abs/k2"]);
    });
  });

  it("reads times with units, flags, chains and policies", async () => {
    const { connectTimeout, aliveInterval, compression, jumps, hostKeys } = await effective(
      "ConnectTimeout 1m30\nServerAliveInterval=2h\nCompression yes\nProxyJump a,u@b:22\nStrictHostKeyChecking accept-new\n",
    );
    assert.deepEqual([connectTimeout, aliveInterval, compression], [90, 7200, true]);
    assert.deepEqual([jumps, hostKeys.policy], [["a", "u@b:22"], "accept-new"]);
  });

  it("follows Include, in order, inside and outside of blocks", async () => {
    await withScratch((home) => {
      const files = {
        config: "Host host\n  Include config.d/* missing\nHost *\n  Port 9\n  Include none/*\n",
        "config.d/b": "Port 2\nUser late\n",
        "config.d/a": "User early\nHost other\n  Port 1\n",
        "config.d/.hidden": "Port 3\n",
        system: "ConnectionAttempts 5\nInclude .ssh-relative\n",
      };
      const { port, user, connectionAttempts } = read(home, files);
      assert.deepEqual([port, user, connectionAttempts], [2, "early", 5]);
      assert.equal(read(home, files, "another").port, 9);
    });
  });

  it("does not follow files that include each other for ever", async () => {
    await assert.rejects(effective("Include config\n"), Unsupported);
  });

  it("knows the criteria of Match that name hosts and users", async () => {
    const text = `User me
Match originalhost h* user me
  HostName target
Match host target !originalhost h2
  Port 7
Match all
  ConnectTimeout 5
`;
    const [one, two] = [await effective(text, "h1"), await effective(text, "h2")];
    assert.deepEqual([one.hostName, one.port, one.connectTimeout], ["target", 7, 5]);
    assert.deepEqual([two.hostName, two.port], ["target", 22]);
    await assert.rejects(effective("Match exec true\n  Port 7\n"), Unsupported);
    assert.equal((await effective("Match originalhost x exec true\n  Port 7\n")).port, 22);
  });

  for (
    const text of [
      "ProxyCommand nc %h %p",
      "ControlMaster auto",
      "ControlPath ~/.ssh/x",
      "CertificateFile x",
      "Ciphers aes128-ctr",
      "PKCS11Provider /lib/x.so",
      "CanonicalizeHostname yes",
      "RemoteForward 1 a:2",
      "VerifyHostKeyDNS ask",
      "Frobnicate 7",
      "IdentityFile ~other/x",
      "IdentityFile %Z",
      "IdentityFile ${MISSING}",
      "IdentityFile key#1",
      "Include [ab]*",
      "Port x",
      "StrictHostKeyChecking perhaps",
      "Port",
      "IdentityFile\nHost x",
      'User "open',
      "Host",
      "Match host",
    ]
  ) {
    it(`leaves to ssh: ${JSON.stringify(text)}`, () => assert.rejects(effective(`${text}\n`), Unsupported));
  }

  for (
    const text of [
      "ControlMaster no",
      "ControlPersist 10m",
      "SendEnv LANG LC_*\nHashKnownHosts yes\nGSSAPIAuthentication yes",
      "ForwardAgent yes",
      "ProxyCommand none",
      "IgnoreUnknown frob*\nFrobnicate 7",
      "# a comment\n\n   # and another\nPort 22 # at the end",
      "Host other\n  ProxyCommand nc\nMatch user nobody-here\n  ControlMaster auto",
      "",
      "\n \n",
    ]
  ) {
    it(`makes do with: ${JSON.stringify(text)}`, async () => {
      assert.equal((await effective(`${text}\n`)).port, 22);
    });
  }

  it("counts the first value only, even if a later one is unsupported", async () => {
    assert.equal((await effective("ControlMaster no\nHost *\n  ControlMaster auto\n")).port, 22);
  });

  it("is refused when others could have written it", async () => {
    await withScratch((home) => {
      read(home, { config: "Port 7\n" });
      chmodSync(join(home, ".ssh", "config"), 0o666);
      assert.throws(() => configurationOf({ host: "h" }, { env: { HOME: home } }), BadPermissions);
    });
  });

  it("survives any text", () => {
    const piece = fc.constantFrom("Host", "Match", "all", " ", "\t", "=", "\n", "\r\n", '"', "\\", "#", "a", "*", "!");
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.array(piece).map((all) => all.join(""))), (text) => {
        try {
          for (const { name, words } of parseSettings(text, "file")) assert.ok(name !== "" && Array.isArray(words));
        } catch (error) {
          assert.ok(error instanceof Unsupported, String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("finds the paths of a pattern", async () => {
    await withScratch((folder) => {
      for (const name of ["b/x", "a/x", "a/y", "c"]) mkdirSync(join(folder, name), { recursive: true });
      assert.deepEqual(expandPath(`${folder}/*/x`), [`${folder}/a/x`, `${folder}/b/x`, `${folder}/c/x`]);
      assert.deepEqual(expandPath(`${folder}/nothing/*`), []);
      assert.deepEqual(expandPath(`${folder}/plain`), [`${folder}/plain`]);
    });
  });
});

describe("the SSH client's configuration beside OpenSSH", requirePeer("ssh"), () => {
  const host = fc.constantFrom("alpha", "beta", "al.ph", "x");
  const pattern = fc.constantFrom("alpha", "*", "al*", "!beta", "?", "*.ph", "be?a", "!al*");
  const directive = fc.oneof(
    fc.integer({ min: 1, max: 9 }).map((port) => `Port ${port}`),
    fc.constantFrom("one", "two").map((name) => `User=${name}`),
    fc.constantFrom("real", "%h.example").map((name) => `HostName ${name}`),
    fc.constantFrom("5", "1m", "1h30m").map((time) => `ServerAliveInterval ${time}`),
    fc.constantFrom("yes", "no", "ask", "accept-new").map((policy) => `StrictHostKeyChecking "${policy}"`),
    fc.array(pattern, { minLength: 1, maxLength: 3 }).map((patterns) => `Host ${patterns.join(" ")}`),
    fc.constantFrom("originalhost alpha,beta", "host real", "!originalhost x", "all", "user one").map((text) =>
      `Match ${text}`
    ),
  );

  it("is the same for any file", async () => {
    await withScratch((home) => {
      const path = join(home, "config");
      fc.assert(
        fc.property(fc.array(directive, { maxLength: 12 }), host, (lines, name) => {
          const text = `${lines.join("\n")}\n`;
          writeFileSync(path, text);
          const theirs = effectiveByOpenSsh(path, name);
          const ours = read(home, { config: text }, name);
          const policies = { strict: "true", ask: "ask", "accept-new": "accept-new", off: "false" };
          assert.deepEqual({
            hostname: ours.hostName.toLowerCase(),
            port: String(ours.port),
            user: ours.user,
            serveraliveinterval: String(ours.aliveInterval),
            stricthostkeychecking: policies[ours.hostKeys.policy],
          }, theirs);
        }),
        { numRuns: 60 },
      );
    });
  });

  function effectiveByOpenSsh(path: string, host: string): Record<string, string> {
    const { stdout, stderr, status } = spawnSync("ssh", ["-G", "-F", path, host], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    const names = ["hostname", "port", "user", "serveraliveinterval", "stricthostkeychecking"];
    const values = stdout.split("\n").map((line) => line.split(" ", 2));
    return Object.fromEntries(values.filter(([name]) => names.includes(name!)));
  }
});
