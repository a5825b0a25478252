import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { existsSync, readdirSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { type Encodable, encode, Unpacker, type Value } from "../../../../src/encoding/msgpack.ts";
import { ours, type Program, Sandbox, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { named, NEGOTIATION, type ServeChoices, ServerProcess } from "./server_process.ts";

const X = new Uint8Array(32).fill(120);
const MANIFEST = new Uint8Array(32);
const CLOSED_EARLY = /^Borg 1\.\d\.\d: Got connection close before repository was opened\.\n$/;

/** What a server answers to all of the messages, and how it ends. */
async function converse(messages: readonly (Encodable | Buffer)[], choices: ServeChoices) {
  const server = new ServerProcess(choices);
  server.sendBytes(Buffer.concat(messages.map((it) => Buffer.isBuffer(it) ? it : Buffer.from(encode(it)))));
  const { stdout, status, stderr } = await server.finish();
  const text = /Borg [^\n]*\n$/.exec(stdout.toString("latin1"))?.[0] ?? "";
  const unpacker = new Unpacker();
  unpacker.feed(stdout.subarray(0, stdout.length - text.length));
  const answers: Value[] = [];
  for (let answer = unpacker.next(); answer !== undefined; answer = unpacker.next()) answers.push(answer);
  return { answers, text, status, stderr };
}

/** An answer as something to compare: with neither versions nor words that are each program's own. */
function comparable(answer: Value): unknown {
  if (answer instanceof Uint8Array) return Buffer.from(answer).toString("latin1");
  if (Array.isArray(answer)) return answer.map(comparable);
  if (!(answer instanceof Map)) return answer;
  const entries = [...answer].filter(([key]) => !["exception_full", "server_version"].includes(String(key)));
  const isOwn = /^(TypeError|AssertionError|ValueError)$/.test(
    String(comparable(answer.get("exception_class") ?? null)),
  );
  const own = ["exception_args", "exception_short"];
  return Object.fromEntries(
    entries.filter(([key]) => !isOwn || !own.includes(String(key))).map(([k, v]) => [k, comparable(v)]),
  );
}

describe("frames written by hand are answered as BorgBackup does", requirePeer("borg"), () => {
  const sandbox = new Sandbox();
  before(() => {
    sandbox.succeed(theirs, ["init", "-e", "none", "repo"]);
    sandbox.folder("empty");
  });
  after(() => sandbox.remove());

  async function same(messages: readonly (Encodable | Buffer)[], args: readonly string[] = []): Promise<void> {
    const [mine, other] = await Promise.all(
      [ours, theirs].map((program: Program) => converse(messages, { program, args, cwd: sandbox.root })),
    );
    assert.deepEqual(mine!.answers.map(comparable), other!.answers.map(comparable));
    assert.equal(mine!.status, other!.status);
    assert.equal(mine!.text.replace(/1\.\d\.\d/, ""), other!.text.replace(/1\.\d\.\d/, ""));
    assert.deepEqual(readdirSync(sandbox.path("repo")).filter((name) => name.startsWith("lock")), []);
  }

  const open = (args: Record<string, Encodable> = {}) =>
    named(2, "open", { path: "repo", lock_wait: 20, lock: true, ...args });
  const CASES: readonly [string, readonly (Encodable | Buffer)[], ...string[]][] = [
    ["nothing", []],
    ["a negotiation alone", [NEGOTIATION]],
    ["a client of 1.0", [[1, 1, "negotiate", [2]]]],
    ["an unknown method", [NEGOTIATION, named(2, "foo"), named(3, "close")]],
    [
      "objects",
      [
        NEGOTIATION,
        open({ exclusive: false }),
        named(3, "get", { id: MANIFEST }),
        named(4, "get", { id: X }),
        named(5, "delete", { id: X }),
        named(6, "list", { limit: 10, marker: null }),
        named(7, "scan"),
        named(8, "__len__"),
        named(9, "load_key"),
        named(10, "rollback"),
        named(11, "get", { id: MANIFEST, unknown: 7 }),
      ].filter((_, i) => i !== 4),
    ],
    ["wrong arguments", [
      NEGOTIATION,
      open({ exclusive: false }),
      named(3, "get", { id: 5 }),
      named(4, "get"),
      named(5, "scan", { limit: 0 }),
      named(6, "put", { id: X, data: "x" }),
    ]],
    ["a client that does not say how it wants to lock", [
      NEGOTIATION,
      open(),
      named(3, "put", { id: X, data: "abc" }),
      named(4, "get", { id: X }),
      named(5, "rollback"),
      named(6, "get", { id: X }),
    ]],
    ["repositories that are none", [
      NEGOTIATION,
      open({ path: "nowhere" }),
      open({ path: "empty" }),
      open({ path: "a/b", create: true }),
      open({ path: "repo", create: true }),
      open({ path: "/~/x" }),
      open({ path: "~root/nowhere" }),
      open({ path: "~nobody-here/x" }),
      open({ path: "/./x/../y" }),
    ]],
    [
      "restrictions",
      [
        NEGOTIATION,
        open(),
        open({ path: "emp" }),
        open({ path: "empty2" }),
        open({ path: "empty" }),
        open({ path: "empty/x/.." }),
        open({ path: "empty/../repo" }),
      ],
      "--restrict-to-path",
      "empty",
    ],
    ["exceptions for tests", [
      NEGOTIATION,
      open({ exclusive: false }),
      ...[
        "DoesNotExist",
        "AlreadyExists",
        "CheckNeeded",
        "IntegrityError",
        "PathNotAllowed",
        "ObjectNotFound",
        "divide",
        "x",
      ]
        .map((kind, i) => named(10 + i, "inject_exception", { kind })),
    ]],
    ["positions", [
      [1, 1, "negotiate", [2]],
      [1, 2, "open", ["repo", false, 20, true]],
      [1, 3, "get", [X]],
      [1, 4, "get", [MANIFEST, "too much"]],
      [1, 5, "list", [null, null]],
      [1, 6, "__len__", []],
      [1, 7, "put", [X, "abc"]],
      [1, 8, "get", [X]],
      [1, 9, "load_key", []],
      [1, 10, "rollback", []],
      [1, 11, "check", [false, false]],
    ]],
    ["a request that is cut off", [
      NEGOTIATION,
      open(),
      Buffer.from(encode(named(3, "put", { id: X, data: "abc" }))).subarray(0, -1),
    ]],
    ["a number instead of a request", [NEGOTIATION, 5]],
    ["garbage", [Buffer.from("Last login: today\r\n\xc1")]],
  ];
  for (const [name, messages, ...args] of CASES) it(name, () => same(messages, args));
});

describe("what a server says beside its answers", () => {
  const sandbox = new Sandbox();
  before(() => void sandbox.succeed(ours, ["init", "-e", "none", "repo"]));
  after(() => sandbox.remove());
  const say = (messages: readonly Encodable[], args: readonly string[] = [], env = {}) =>
    converse(messages, { cwd: sandbox.root, args, env });
  const open: Encodable = named(2, "open", { path: "repo", lock_wait: 1, exclusive: true });
  const check = named(3, "check");

  it("is on standard output when the connection ends too early", async () => {
    for (const messages of [[], [NEGOTIATION], [NEGOTIATION, open]]) {
      const { text, status } = await say(messages, ["--restrict-to-path", "elsewhere"]);
      assert.match(text, CLOSED_EARLY);
      assert.equal(status, 0);
    }
    assert.equal((await say([NEGOTIATION, open])).text, "");
  });

  it("is JSON for those who know it, with progress", async () => {
    const { stderr } = await say([NEGOTIATION, open, check], ["--info"]);
    const events = stderr.trim().split("\n").map((line) => JSON.parse(line));
    assert.ok(
      events.some(({ type, name, levelname }) =>
        type === "log_message" && name === "borg.repository" && levelname === "INFO"
      ),
    );
    assert.ok(
      events.some(({ type, msgid, finished }) =>
        type === "progress_percent" && msgid === "repository.check" && finished
      ),
    );
  });

  it("has level and logger before it for all others", async () => {
    const positions: Encodable[] = [[1, 1, "negotiate", [2]], [1, 2, "open", ["repo", false, 1, true]], [
      1,
      3,
      "check",
      [false, false],
    ]];
    const { stderr } = await say([...positions, [1, 4, "get", [X]]], ["--info"]);
    assert.match(stderr, /^\$LOG INFO borg\.repository Remote: Starting repository check$/m);
    assert.match(stderr, /^\$LOG INFO borg\.output\.progress Remote: Checking segments/m);
    assert.match(stderr, /^\$LOG ERROR borg\.\w+ Remote: .*Object with key 7878/m);
    for (const line of stderr.trim().split("\n")) assert.match(line, /^\$LOG [A-Z]+ [a-z.]+ Remote: /);
  });

  it("tells what cannot be understood, and ends with an error", async () => {
    const early = await converse([Buffer.from("\xc1", "latin1")], { cwd: sandbox.root });
    assert.match(
      early.stderr,
      /^\$LOG ERROR borg\.archiver Remote: Borg 1\.4\.5: Got unexpected RPC data format from client\.$/m,
    );
    assert.equal(early.status, 2);
    const late = await say([NEGOTIATION, open, 5], [], { BORG_EXIT_CODES: "modern" });
    assert.equal(JSON.parse(late.stderr).msgid, "UnexpectedRPCDataFormatFromClient");
    assert.equal(late.status, 85);
    assert.doesNotMatch(early.stderr + late.stderr, /\.ts:/);
  });

  it("is as much as the client wants when the command is forced", async () => {
    const lines = async (original: string, ...args: string[]) => {
      const { stderr, status } = await say([NEGOTIATION, open, check], args, { SSH_ORIGINAL_COMMAND: original });
      assert.equal(status, 0);
      return stderr;
    };
    assert.match(await lines("borg serve --info"), /Starting repository check/);
    assert.match(await lines("/opt/borg1 serve --info", "--error"), /Starting repository check/);
    assert.match(await lines("A=1 B='x y' borg --info serve"), /Starting repository check/);
    assert.doesNotMatch(await lines("borg serve", "--info"), /Starting repository check/);
    assert.match(await lines("borg list --debug x", "--info"), /Starting repository check/);
    for (
      const other of [
        "rsync --server .",
        "sh",
        "",
        "borg",
        "A=1",
        "borg serve --what",
        "borg serve '",
        "borg --version",
      ]
    ) {
      assert.match(await lines(other, "--info"), /Starting repository check/, other);
    }
  });

  it("is not what the client wants to be allowed", async () => {
    const SSH_ORIGINAL_COMMAND = `borg serve --restrict-to-path / --umask 0000 --storage-quota 5G --append-only`;
    const make = named(2, "open", { path: "allowed/made", create: true, make_parent_dirs: true });
    const refused = named(3, "open", { path: "made", create: true });
    const { answers } = await say([NEGOTIATION, make, refused], ["--restrict-to-path", "allowed"], {
      SSH_ORIGINAL_COMMAND,
    });
    assert.deepEqual(answers.slice(1).map((answer) => (answer as Map<string, Value>).has("r")), [true, false]);
    assert.ok(!existsSync(sandbox.path("made")));
  });
});
