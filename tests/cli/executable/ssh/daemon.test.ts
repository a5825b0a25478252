import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { assertSameTree, describeTree } from "../../../interop/describe_tree.ts";
import { ours, type Program, Sandbox, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { writeTree } from "../../../interop/write_tree.ts";
import { Background } from "./background.ts";
import { makeKey, SshHome } from "./ssh_home.ts";

describe("borg serve --listen", requirePeer("borg", "ssh", "ssh-keygen", "setfacl", "setfattr"), () => {
  const sandbox = new Sandbox();
  const folder = sandbox.folder("daemon");
  const authorizedKeys = join(folder, "authorized_keys");
  let home: SshHome;
  let hostKey: string;
  let daemon: Background;
  let port: number;

  before(() => {
    home = new SshHome(sandbox.path("home"));
    hostKey = makeKey(join(folder, "host_key"));
    chmodSync(folder, 0o700);
  });
  after(() => sandbox.remove());

  const words = (...more: readonly string[]) => [
    ours.path,
    "serve",
    "--listen",
    "127.0.0.1:0",
    "--host-key",
    join(folder, "host_key"),
    "--authorized-keys",
    authorizedKeys,
    ...more,
  ];

  function authorize(...lines: readonly string[]): void {
    writeFileSync(authorizedKeys, lines.map((line) => `${line}\n`).join(""), { mode: 0o600 });
  }

  async function start(...more: readonly string[]): Promise<void> {
    const env = { ...home.env({ LEAK: "leaked" }), HOME: folder, BORG_BASE_DIR: join(folder, "base") };
    daemon = new Background(words(...more), env);
    port = Number((await daemon.shown(/^listening on 127\.0\.0\.1 port (\d+)$/m))[1]);
    home.know({ port, hostKey });
  }

  const url = (name: string) => `ssh://127.0.0.1:${port}${sandbox.path(name)}`;

  function run(program: Program, args: readonly string[], env: Record<string, string> = {}) {
    const rsh = program === theirs ? home.openSsh : "builtin:ssh";
    return sandbox.run(program, args, {
      base: sandbox.folder(`base-${program.name}`),
      env: { ...home.env({ BORG_RSH: rsh }), BORG_BASE_DIR: sandbox.folder(`base-${program.name}`), ...env },
    });
  }

  function succeed(program: Program, args: readonly string[], env: Record<string, string> = {}): string {
    const { status, stdout, stderr } = run(program, args, env);
    assert.equal(status, 0, stderr);
    return stdout;
  }

  /** OpenSSH's client with some words before and after the host. */
  function ssh(before: readonly string[], after: readonly string[] = []) {
    const [program, ...options] = home.openSsh.split(" ");
    const args = [...options, "-p", String(port), "-o", "BatchMode=yes", ...before, "127.0.0.1", ...after];
    return spawnSync(program!, args, { encoding: "utf8", input: "", timeout: 20_000 });
  }

  describe("while it runs", () => {
    beforeEach(async () => {
      authorize(home.publicKey);
      await start();
    });
    afterEach(async () => void await daemon.end());

    for (
      const [name, program, rsh] of [
        ["the built-in client", ours, undefined],
        ["our client through ssh", ours, () => home.openSsh],
        ["BorgBackup", theirs, undefined],
      ] as const
    ) {
      it(`serves ${name}`, () => {
        const source = sandbox.folder(`source-${name}`);
        writeTree(source, 2);
        const env = rsh ? { BORG_RSH: rsh() } : {};
        const place = url(`repo-${name.replaceAll(" ", "-")}`);
        succeed(program, ["init", "-e", "repokey", place], env);
        succeed(program, ["create", `${place}::a`, source], env);
        const target = sandbox.folder(`target-${name}`);
        const options = { base: sandbox.folder(`base-${program.name}`), cwd: target };
        const rshUsed = program === theirs ? home.openSsh : env.BORG_RSH ?? "builtin:ssh";
        sandbox.succeed(program, ["extract", "--numeric-ids", `${place}::a`], {
          ...options,
          env: { ...home.env({ BORG_RSH: rshUsed }), BORG_BASE_DIR: options.base },
        });
        assertSameTree(describeTree(join(target, source)), describeTree(source));
        succeed(program, ["check", "--verify-data", place], env);
      });
    }

    it("logs a line when a session begins and one when it ends", async () => {
      succeed(ours, ["init", "-e", "none", url("logged")]);
      const print = /SHA256:[^ ]+/.exec(
        spawnSync("ssh-keygen", ["-lf", `${home.file("id_ed25519")}.pub`], { encoding: "utf8" }).stdout,
      )![0];
      const client = "127\\.0\\.0\\.1:\\d+";
      const escaped = print.replaceAll("+", "\\+");
      await daemon.shown(new RegExp(`^${client}: session of user "[^"]*" started, key ${escaped} "test"$`, "m"));
      await daemon.shown(
        new RegExp(
          `^${client}: session ended, status 0, key ${escaped}, received \\d+ B, sent \\d+ B, \\d+\\.\\d s$`,
          "m",
        ),
      );
    });

    it("does nothing else", () => {
      for (
        const [before, after] of [
          [[], []],
          [["-tt"], []],
          [[], ["ls"]],
          [[], ["borg", "create"]],
          [[], ["sh", "-c", "borg serve"]],
          [["-s"], ["sftp"]],
          [["-W", "127.0.0.1:22"], []],
          [["-N", "-o", "ExitOnForwardFailure=yes", "-R", "12345:127.0.0.1:22"], []],
        ] as const
      ) {
        const { status, stdout, stderr } = ssh(before, after);
        assert.equal(status, 255, [...before, ...after].join(" "));
        assert.match(stderr, /failed|prohibited/);
        assert.equal(stdout, "");
      }
    });

    it("takes no variables from the client, and hands on none of its own that do not matter", () => {
      authorize(home.publicKey);
      succeed(ours, ["init", "-e", "none", url("clean")]);
      const probe = ssh(["-o", "SetEnv=BORG_BASE_DIR=/nowhere"], ["borg", "serve"]);
      assert.equal(probe.status, 0);
      assert.match(probe.stdout, /Got connection close before repository was opened/);
    });

    it("reads the file of the keys anew for each connection", async () => {
      succeed(ours, ["init", "-e", "none", url("reread")]);
      const refused = /Permission denied \(publickey\)/;
      authorize();
      assert.match(run(ours, ["list", url("reread")]).stderr, refused);
      await daemon.shown(/unknown key SHA256:/);
      authorize(`expiry-time="20200101" ${home.publicKey}`);
      assert.match(run(ours, ["list", url("reread")]).stderr, refused);
      await daemon.shown(/refused, the key has expired/);
      authorize(`from="192.0.2.0/24" ${home.publicKey}`);
      assert.match(run(ours, ["list", url("reread")]).stderr, refused);
      await daemon.shown(/refused, the key is not good from this address/);
      authorize(`frobnicate ${home.publicKey}`);
      assert.match(run(ours, ["list", url("reread")]).stderr, refused);
      await daemon.shown(/nobody can log in: .*authorized_keys:1: option "frobnicate" is not supported/);
      authorize(`from="127.0.0.1" ${home.publicKey}`);
      chmodSync(authorizedKeys, 0o666);
      assert.match(run(ours, ["list", url("reread")]).stderr, refused);
      await daemon.shown(/nobody can log in: .*writable by other users/);
      chmodSync(authorizedKeys, 0o600);
      succeed(ours, ["list", url("reread")]);
    });

    it("keeps a key to what its command allows", () => {
      mkdirSync(sandbox.path("allowed"), { recursive: true });
      authorize(
        `restrict,command="borg serve --restrict-to-path ${sandbox.path("allowed")} --append-only" ${home.publicKey}`,
      );
      succeed(ours, ["init", "-e", "none", url("allowed/repo")]);
      const env = { BORG_EXIT_CODES: "modern" };
      for (const program of [ours, theirs]) {
        const { stderr } = run(program, ["init", "-e", "none", url("elsewhere")], env);
        assert.match(stderr, /Repository path not allowed: .*\/elsewhere$/m);
      }
      const sly = run(ours, ["list", url("allowed/repo")], {
        BORG_REMOTE_PATH: "borg serve --restrict-to-path /; borg",
      });
      assert.equal(sly.status, 0, sly.stderr);
      assert.equal(existsSync(sandbox.path("elsewhere")), false);
    });

    it("lets holders of rsa and ecdsa keys in", () => {
      for (const type of ["rsa", "ecdsa"]) {
        const key = sandbox.path(`key-${type}`);
        authorize(makeKey(key, { type }));
        for (const rsh of ["builtin:ssh", home.openSsh.replace(home.file("id_ed25519"), key)]) {
          home.configure(`IdentityFile ${key}`);
          succeed(ours, ["init", "-e", "none", url(`${type}-${rsh.length}`)], { BORG_RSH: rsh });
        }
        home.configure();
      }
    });

    it("releases the locks of a client that is gone", async () => {
      succeed(ours, ["init", "-e", "none", url("gone")]);
      const client = await lockedClient("gone");
      await client.end("SIGKILL");
      await daemon.shown(/session ended, connection lost/);
      await unlocked("gone");
    });

    it("ends its sessions when it is told to end, and their locks with them", async () => {
      succeed(ours, ["init", "-e", "none", url("stopped")]);
      const client = await lockedClient("stopped");
      assert.equal(await daemon.end("SIGTERM"), 0);
      assert.match(daemon.output, /^stopping, 1 connections open$/m);
      assert.match(daemon.output, /session ended, stopped with the server/);
      await unlocked("stopped");
      assert.notEqual(await client.end("SIGKILL"), 0);
    });

    /** A client that holds the repository's lock: it backs up what it is never given. */
    async function lockedClient(name: string): Promise<Background> {
      const client = new Background([ours.path, "create", `${url(name)}::a`, "-"], {
        ...home.env({ BORG_RSH: "builtin:ssh" }),
        BORG_BASE_DIR: sandbox.folder("base-ours"),
      });
      await holds(() => existsSync(sandbox.path(name, "lock.exclusive")));
      return client;
    }

    async function unlocked(name: string): Promise<void> {
      await holds(() => readdirSync(sandbox.path(name)).every((entry) => entry !== "lock.exclusive"));
      sandbox.succeed(theirs, ["check", "--repository-only", sandbox.path(name)]);
    }
  });

  it("keeps keys without a command to what it was started with", async () => {
    authorize(home.publicKey);
    await start("--restrict-to-path", sandbox.path("confined"), "--append-only");
    mkdirSync(sandbox.path("confined"));
    try {
      succeed(ours, ["init", "-e", "none", url("confined/repo")]);
      assert.match(run(ours, ["init", "-e", "none", url("outside")]).stderr, /Repository path not allowed/);
    } finally {
      await daemon.end();
    }
  });

  it("has limits for connections, in all and from one address", async () => {
    authorize(home.publicKey);
    for (
      const [limit, reason] of [["--max-connections", "too many connections"], [
        "--max-connections-per-address",
        "too many connections from this address",
      ]] as const
    ) {
      await start(limit, "2");
      const sockets = [await greeted(port), await greeted(port)];
      const third = createConnection(port, "127.0.0.1");
      third.on("error", () => {});
      await daemon.shown(new RegExp(`^127\\.0\\.0\\.1: refused, ${reason}$`, "m"));
      for (const socket of [...sockets, third]) socket.destroy();
      await daemon.end();
    }
  });

  it("has limits for the time to log in, for attempts and for silence", async () => {
    authorize();
    await start("--login-grace-time", "1", "--max-auth-attempts", "2");
    const socket = await greeted(port);
    await daemon.shown(/refused, no session was started in time/);
    await new Promise<void>((resolve) => socket.on("close", () => resolve()).resume());
    for (const name of ["a", "b", "c"]) makeKey(sandbox.path(`wrong-${name}`));
    home.configure(...["a", "b", "c"].map((name) => `IdentityFile ${sandbox.path(`wrong-${name}`)}`));
    assert.notEqual(run(ours, ["list", url("x")]).status, 0);
    await daemon.shown(/refused, too many failed attempts to log in/);
    await daemon.end();
    home.configure();

    authorize(home.publicKey);
    await start("--idle-timeout", "1");
    succeed(ours, ["init", "-e", "none", url("idle")]);
    const env = { ...home.env({ BORG_RSH: "builtin:ssh" }), BORG_BASE_DIR: sandbox.folder("base-ours") };
    const client = new Background([ours.path, "create", `${url("idle")}::a`, "-"], env);
    await daemon.shown(/session ended, idle for too long/);
    await client.end("SIGKILL");
    await daemon.end();
    assert.equal(existsSync(sandbox.path("idle", "lock.exclusive")), false);
  });

  it("survives clients that speak nonsense", async () => {
    authorize(home.publicKey);
    await start();
    for (
      const text of ["", "GET / HTTP/1.1\r\n\r\n", "SSH-2.0-x\r\n\xff\xff\xff\xff".repeat(20), "\0".repeat(70_000)]
    ) {
      const socket = createConnection(port, "127.0.0.1");
      socket.on("error", () => {});
      socket.end(text, "latin1");
      await new Promise<void>((resolve) => socket.on("close", () => resolve()).resume());
    }
    succeed(ours, ["init", "-e", "none", url("afterwards")]);
    assert.equal(await daemon.end(), 0);
    assert.doesNotMatch(daemon.output, /Error|\n {4}at /);
  });

  describe("does not start", () => {
    const attempt = (words: readonly string[]) =>
      spawnSync(words[0]!, words.slice(1), { encoding: "utf8", env: home.env(), timeout: 20_000 });

    it("without its files, or with files that are not for it alone", () => {
      authorize(home.publicKey);
      const cases: [prepare: () => void, undo: () => void, expected: RegExp][] = [
        [
          () => rmSync(authorizedKeys),
          () => authorize(home.publicKey),
          /No such file or directory: '.*authorized_keys'/,
        ],
        [() => authorize("nonsense"), () => authorize(home.publicKey), /authorized_keys:1: keys of type/],
        [() => chmodSync(authorizedKeys, 0o622), () => chmodSync(authorizedKeys, 0o600), /writable by other users/],
        [
          () => chmodSync(join(folder, "host_key"), 0o644),
          () => chmodSync(join(folder, "host_key"), 0o600),
          /host_key is open to other users \(mode 0644\)/,
        ],
      ];
      for (const [prepare, undo, expected] of cases) {
        prepare();
        const { status, stderr } = attempt(words());
        undo();
        assert.equal(status, 2);
        assert.match(stderr, expected);
      }
      const missing = attempt(words().map((word) => word.replace("host_key", "missing_key")));
      assert.match(missing.stderr, /There is no host key .* Make one: ssh-keygen -t ed25519 -N '' -f .*missing_key/);
      makeKey(join(folder, "locked_key"), { passphrase: "secret" });
      const locked = attempt(words().map((word) => word.replace("host_key", "locked_key")));
      assert.match(locked.stderr, /has a passphrase/);
    });

    it("where it cannot listen", async () => {
      authorize(home.publicKey);
      await start();
      const { status, stderr } = attempt(words().map((word) => word.replace(":0", `:${port}`)));
      assert.equal(status, 2);
      assert.match(stderr, /cannot listen on 127\.0\.0\.1 port \d+: .*[Aa]ddress already in use/);
      await daemon.end();
    });

    it("with half of its options", () => {
      const base = [ours.path, "serve"];
      for (
        const options of [
          ["--listen", "127.0.0.1:0"],
          ["--listen", "127.0.0.1:0", "--host-key", "x"],
          ["--host-key", "x"],
          ["--max-connections", "3"],
          ["--listen", "127.0.0.1"],
          ["--listen", ":70000", "--host-key", "x", "--authorized-keys", "y"],
          ["--listen", ":0", "--host-key", "x", "--authorized-keys", "y", "--max-connections", "-1"],
        ]
      ) {
        const { status, stderr } = attempt([...base, ...options]);
        assert.equal(status, 2, options.join(" "));
        assert.match(stderr, /^usage: /);
      }
    });
  });
});

/** A connection that the server has begun to speak on, and nothing more. */
function greeted(port: number): Promise<Socket> {
  const socket = createConnection(port, "127.0.0.1");
  return new Promise((resolve, reject) => {
    socket.once("data", () => resolve(socket));
    socket.once("error", reject);
  });
}

async function holds(condition: () => boolean): Promise<void> {
  for (const start = Date.now(); !condition();) {
    if (Date.now() - start > 20_000) assert.fail("waited in vain");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
