import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { type Encodable, encode, Float64 } from "../../../src/encoding/msgpack.ts";
import { decodeText } from "../../../src/encoding/path.ts";
import { toHex } from "../../../src/encoding/bytes.ts";
import { BorgError } from "../../../src/errors.ts";
import { LocalRepository } from "../../../src/repository/local/local_repository.ts";
import { accessOptions, bytes, createLocal, createSmall, id, withLocal, withScratch } from "../scratch.ts";
import { type Choices, Dialogue, Refusal } from "./dialogue.ts";

/** A conversation after its negotiation, over a scratch folder; the server leaves no lock, however it ends. */
function conversation(
  use: (dialogue: Dialogue, root: string) => Promise<void>,
  choices: Choices | ((root: string) => Choices) = {},
): () => Promise<void> {
  return () =>
    withScratch(async (scratch) => {
      const root = realpathSync(scratch);
      const chosen = typeof choices === "function" ? choices(root) : choices;
      const dialogue = new Dialogue({ cwd: root, ...chosen });
      await dialogue.negotiate();
      await use(dialogue, root);
      await dialogue.end().catch(() => {});
      assertUnlocked(root);
    });
}

function assertUnlocked(root: string): void {
  const locks = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => name.includes("lock."));
  assert.deepEqual(locks, []);
}

async function refusal(work: Promise<unknown>): Promise<Refusal["failure"]> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Refusal) return error.failure;
    throw error;
  }
  assert.fail("the call succeeded");
}

async function refusedClass(work: Promise<unknown>): Promise<string> {
  return (await refusal(work)).exceptionClass;
}

const CREATE = { path: "repo", create: true, lock_wait: 1, lock: true, exclusive: true };
const WRITE = { ...CREATE, create: false };
const READ = { ...WRITE, exclusive: false };

describe("the negotiation", () => {
  it("is by position, and the layout is by name afterwards", async () => {
    const dialogue = new Dialogue();
    const answer = await dialogue.position("negotiate", [new Map([["client_version", [1, 1, 18, -1]]])]);
    assert.deepEqual(answer, new Map([["server_version", [1, 4, 5, -1]]]));
    assert.deepEqual(dialogue.layouts, ["named"]);
    await dialogue.end();
  });

  it("with clients of 1.0 is about a number", async () => {
    const dialogue = new Dialogue();
    assert.equal(await dialogue.position("negotiate", [2]), 2);
    assert.deepEqual(dialogue.layouts, ["positional"]);
    await dialogue.end();
  });
});

describe("opening", () => {
  it(
    "makes a repository, and opens it again",
    conversation(async (dialogue, root) => {
      const made = await dialogue.call("open", CREATE) as Uint8Array;
      assert.equal(made.length, 32);
      assert.match(readFileSync(`${root}/repo/config`, "utf8"), new RegExp(toHex(made)));
      assert.deepEqual(await dialogue.call("open", READ), made);
      assert.ok(dialogue.server.wasReached);
    }),
  );

  it(
    "refuses by BorgBackup's classes",
    conversation(async (dialogue, root) => {
      mkdirSync(`${root}/other`);
      writeFileSync(`${root}/other/file`, "");
      const missing = await refusal(dialogue.call("open", WRITE));
      assert.deepEqual([missing.exceptionClass, missing.args], ["DoesNotExist", [`${root}/repo`]]);
      assert.deepEqual([missing.trace, missing.sysinfo], [false, "a machine"]);
      assert.equal(await refusedClass(dialogue.call("open", { ...WRITE, path: "other" })), "InvalidRepository");
      assert.equal(await refusedClass(dialogue.call("open", { ...CREATE, path: "other" })), "PathAlreadyExists");
      assert.equal(await refusedClass(dialogue.call("open", { ...CREATE, path: "a/b" })), "ParentPathDoesNotExist");
      await dialogue.call("open", CREATE);
      assert.equal(await refusedClass(dialogue.call("open", CREATE)), "AlreadyExists");
      assert.equal(await refusedClass(dialogue.call("open", {})), "TypeError");
      assert.equal(await refusedClass(dialogue.call("open", { ...WRITE, path: "x".repeat(1 << 16) })), "OSError");
      assert.equal(await refusedClass(dialogue.call("open", { ...WRITE, path: "a\0b" })), "ValueError");
    }),
  );

  it(
    "makes parents, append-only and a quota when it is told to",
    conversation(async (dialogue, root) => {
      const options = { ...CREATE, path: "a/b/repo", make_parent_dirs: true, append_only: true };
      await dialogue.call("open", options);
      const config = readFileSync(`${root}/a/b/repo/config`, "utf8");
      assert.match(config, /^append_only = 1$/m);
      assert.match(config, /^storage_quota = 20000000$/m);
    }, { storageQuota: 20000000 }),
  );

  it(
    "keeps to the allowed paths, symbolic links and .. included",
    conversation(async (dialogue, root) => {
      for (const name of ["allowed", "forbidden"]) mkdirSync(`${root}/${name}`);
      symlinkSync("../forbidden", `${root}/allowed/link`);
      for (const path of ["forbidden/repo", "allowed/../forbidden/repo", "allowed/link/repo", "allowed2", "/", "~"]) {
        const failure = await refusal(dialogue.call("open", { ...CREATE, path, make_parent_dirs: true }));
        assert.equal(failure.exceptionClass, "PathNotAllowed", path);
      }
      const { args } = await refusal(dialogue.call("open", { ...CREATE, path: "/./allowed/link/x/../repo" }));
      assert.deepEqual(args, [`${root}/forbidden/repo`]);
      assert.deepEqual(readdirSync(`${root}/forbidden`), []);
      await dialogue.call("open", { ...CREATE, path: "allowed/repo" });
    }, (root) => ({ restrictToPaths: [`${root}/allowed`] })),
  );
});

describe("locks", () => {
  const lockOf = (root: string) => existsSync(`${root}/repo/lock.exclusive`);

  it(
    "are exclusive, shared or none",
    conversation(async (dialogue, root) => {
      await (await createLocal(`${root}/repo`)).close();
      await dialogue.call("open", WRITE);
      assert.ok(lockOf(root));
      await dialogue.call("open", READ);
      assert.ok(!lockOf(root));
      assert.ok(existsSync(`${root}/repo/lock.roster`));
      await dialogue.call("open", { ...READ, lock: false });
      assert.ok(!existsSync(`${root}/repo/lock.roster`));
    }),
  );

  it(
    "become exclusive at the first write of clients that do not say what they want",
    conversation(async (dialogue, root) => {
      await (await createLocal(`${root}/repo`)).close();
      await dialogue.call("open", { path: "repo", exclusive: null });
      await dialogue.call("list");
      assert.ok(!lockOf(root));
      await dialogue.call("put", { id: id(1), data: "x" });
      assert.ok(lockOf(root));
    }),
  );

  it(
    "are demanded for writing",
    conversation(async (dialogue, root) => {
      await (await createLocal(`${root}/repo`)).close();
      await dialogue.call("open", READ);
      const calls: [string, Record<string, Encodable>][] = [
        ["put", { id: id(1), data: "x" }],
        ["delete", { id: id(1) }],
        ["commit", {}],
        ["destroy", {}],
        ["check", { repair: true }],
        ["commit_nonce_reservation", { next_unreserved: 1, start_nonce: null }],
      ];
      for (const [method, args] of calls) {
        const failure = await refusal(dialogue.call(method, args));
        assert.deepEqual([failure.exceptionClass, failure.trace], ["AssertionError", true], method);
      }
    }),
  );

  it(
    "of others are respected for as long as the client wants, and can be broken",
    conversation(async (dialogue, root) => {
      await (await createLocal(`${root}/repo`)).close();
      const identity = { hostId: "elsewhere@1", pid: 1 };
      const other = await LocalRepository.open(`${root}/repo`, accessOptions({ identity }));
      for (const lock_wait of [0, new Float64(0.05)]) {
        const failure = await refusal(dialogue.call("open", { ...WRITE, lock_wait }));
        assert.deepEqual([failure.exceptionClass, failure.args], ["LockTimeout", [`${root}/repo/lock.exclusive`]]);
      }
      assert.equal(await refusedClass(dialogue.call("open", { path: "repo" })), "LockTimeout");
      await dialogue.call("open", { ...WRITE, lock: false });
      await dialogue.call("break_lock");
      await other.close();
      await dialogue.call("open", WRITE);
    }),
  );

  it("are given up when the wait for them is ended", () =>
    withScratch(async (root) => {
      await (await createLocal(`${root}/repo`)).close();
      const other = await LocalRepository.open(`${root}/repo`, accessOptions({ identity: { hostId: "x@1", pid: 1 } }));
      const stop = new Error("stop");
      let asked = 0;
      const dialogue = new Dialogue({
        cwd: root,
        checkAbort: () => {
          if (++asked > 1) throw stop;
        },
      });
      dialogue.request("open", { ...WRITE, lock_wait: null });
      await assert.rejects(dialogue.ended, stop);
      await other.close();
      assertUnlocked(root);
    }));

  it("are released when what the client sends cannot be understood", () =>
    withScratch(async (root) => {
      const dialogue = new Dialogue({ cwd: root });
      await dialogue.negotiate();
      await dialogue.call("open", CREATE);
      dialogue.send(bytes(1));
      dialogue.sendValue(5);
      await assert.rejects(
        dialogue.ended,
        (error) => error instanceof BorgError && error.code === "UnexpectedRPCDataFormatFromClient",
      );
      assertUnlocked(root);
    }));

  it("are released when nobody reads the answers", () =>
    withScratch(async (root) => {
      await (await createLocal(`${root}/repo`)).close();
      const dialogue = new Dialogue({ cwd: root });
      const broken = new Error("broken pipe");
      await dialogue.call("open", WRITE);
      dialogue.breakOutput(broken);
      dialogue.request("list");
      await assert.rejects(dialogue.ended, broken);
      assertUnlocked(root);
    }));
});

describe("objects", () => {
  it(
    "are put, listed, scanned, counted, got and deleted",
    conversation(async (dialogue) => {
      await dialogue.call("open", CREATE);
      const ids = [1, 2, 3].map(id);
      for (const [i, each] of ids.entries()) {
        assert.equal(await dialogue.call("put", { id: each, data: bytes(100 * i, i), wait: false }), null);
      }
      assert.equal(await dialogue.call("__len__"), 3);
      assert.deepEqual(await dialogue.call("get", { id: ids[2]! }), bytes(200, 2));
      assert.equal(await dialogue.call("commit", { save_space: false, compact: false }), null);
      assert.deepEqual(await dialogue.call("scan", { limit: 2 }), ids.slice(0, 2));
      assert.deepEqual(await dialogue.call("scan", { limit: 2, marker: ids[1]! }), ids.slice(2));
      assert.deepEqual(await dialogue.call("scan"), ids);
      const listed = await dialogue.call("list", { limit: null, marker: null }) as Uint8Array[];
      assert.deepEqual(listed.map(toHex).sort(), ids.map(toHex).sort());
      assert.deepEqual(await dialogue.call("list", { limit: 2, marker: listed[0]! }), listed.slice(1));
      assert.equal(await dialogue.call("delete", { id: ids[0]! }), null);
      assert.equal(await dialogue.call("__len__"), 2);
      assert.equal(await dialogue.call("rollback"), null);
      assert.equal(await dialogue.call("__len__"), 3);
    }),
  );

  it(
    "that are not there are named in hex",
    conversation(async (dialogue, root) => {
      await dialogue.call("open", CREATE);
      for (const method of ["get", "delete"]) {
        const { exceptionClass, args, trace } = await refusal(dialogue.call(method, { id: id(1) }));
        assert.deepEqual([exceptionClass, args, trace], ["ObjectNotFound", [toHex(id(1)), `${root}/repo`], true]);
      }
    }),
  );

  it(
    "come in the order of the requests, failures among them, however the bytes are cut",
    conversation(async (dialogue) => {
      await dialogue.call("open", CREATE);
      const sizes = [0, 5, 70_000, 64 * 1024, 300, 1 << 20, 1, 200_000];
      for (const [i, size] of sizes.entries()) await dialogue.call("put", { id: id(i), data: bytes(size, i) });
      const calls: Encodable[] = [];
      for (let i = 0; i < 40; i++) {
        calls.push(new Map<string, Encodable>([["i", 1000 + i], ["m", "get"], ["a", new Map([["id", id(i % 9)]])]]));
      }
      const stream = calls.map((call) => encode(call));
      const joined = new Uint8Array(stream.reduce((sum, part) => sum + part.length, 0));
      let at = 0;
      for (const part of stream) {
        joined.set(part, at);
        at += part.length;
      }
      for (let start = 0; start < joined.length; start += 77) dialogue.send(joined.slice(start, start + 77));
      for (let i = 0; i < 40; i++) {
        const response = await dialogue.next();
        assert.equal(response.id, 1000 + i);
        if (i % 9 === 8) assert.ok("failure" in response);
        else assert.deepEqual("result" in response && response.result, bytes(sizes[i % 9]!, i % 9), `answer ${i}`);
      }
    }),
  );

  it(
    "may not be larger than they can be stored",
    conversation(async (dialogue) => {
      await dialogue.call("open", CREATE);
      const failure = await refusal(dialogue.call("put", { id: id(1), data: new Uint8Array(20971480) }));
      assert.deepEqual([failure.exceptionClass, failure.trace], ["IntegrityError", true]);
      await dialogue.call("put", { id: id(1), data: new Uint8Array(20971479) });
      assert.equal((await dialogue.call("get", { id: id(1) }) as Uint8Array).length, 20971479);
    }),
  );

  it(
    "beyond the quota spoil the transaction",
    conversation(async (dialogue) => {
      await dialogue.call("open", CREATE);
      await dialogue.call("put", { id: id(1), data: bytes(900) });
      const failure = await refusal(dialogue.call("put", { id: id(2), data: bytes(900) }));
      assert.deepEqual([failure.exceptionClass, failure.args.length], ["StorageQuotaExceeded", 2]);
      assert.equal(await refusedClass(dialogue.call("commit")), "StorageQuotaExceeded");
      await dialogue.call("put", { id: id(3), data: bytes(900) });
      await dialogue.call("commit");
    }, { storageQuota: 1000 }),
  );
});

describe("commits", () => {
  const segments = (root: string) =>
    readdirSync(`${root}/repo/data`, { recursive: true, encoding: "utf8" }).filter((name) => /\d\/\d/.test(name))
      .length;

  /** Opens a repository of small segments, commits objects that are put twice, and counts its segments. */
  async function commitTwice(dialogue: Dialogue, root: string, commit: Record<string, boolean>): Promise<number> {
    await createSmall(`${root}/repo`);
    await dialogue.call("open", WRITE);
    for (let i = 0; i < 20; i++) await dialogue.call("put", { id: id(i % 10), data: bytes(100, i) });
    await dialogue.call("commit", commit);
    return segments(root);
  }

  it(
    "free space for clients that know nothing of compaction, and only then",
    conversation(async (dialogue, root) => {
      const before = await commitTwice(dialogue, root, { save_space: false, compact: false });
      await dialogue.call("put", { id: id(99), data: bytes(1) });
      await dialogue.call("commit", { save_space: false });
      assert.ok(segments(root) < before);
    }),
  );

  it(
    "compact by the threshold of the client",
    conversation(async (dialogue, root) => {
      const before = await commitTwice(dialogue, root, { compact: false });
      const options = { compact: true, cleanup_commits: true };
      await dialogue.call("put", { id: id(0), data: bytes(1) });
      await dialogue.call("commit", { ...options, threshold: new Float64(1), cleanup_commits: false });
      assert.ok(segments(root) > before);
      await dialogue.call("put", { id: id(0), data: bytes(1) });
      await dialogue.call("commit", { ...options, threshold: 0 });
      assert.ok(segments(root) < before);
    }),
  );

  it(
    "keep everything in append-only mode, which forbids to destroy and to repair",
    conversation(async (dialogue, root) => {
      const before = await commitTwice(dialogue, root, { compact: false });
      await dialogue.call("put", { id: id(0), data: bytes(1) });
      await dialogue.call("commit", { compact: true, threshold: 0 });
      assert.ok(segments(root) > before);
      for (const [method, args] of [["destroy", {}], ["check", { repair: true }]] as const) {
        const failure = await refusal(dialogue.call(method, args));
        assert.deepEqual([failure.exceptionClass, failure.trace], ["ValueError", true]);
      }
      assert.doesNotMatch(readFileSync(`${root}/repo/config`, "utf8"), /append_only = 1/);
    }, { appendOnly: true }),
  );
});

describe("checks", () => {
  it(
    "tell the listener and answer whether all is well",
    conversation(async (dialogue, root) => {
      await createSmall(`${root}/repo`);
      await withLocal(`${root}/repo`, {}, async (repository) => {
        for (let i = 0; i < 10; i++) await repository.put(id(i), bytes(100, i));
        await repository.commit();
      });
      await dialogue.call("open", WRITE);
      assert.equal(await dialogue.call("check", { repair: false, save_space: false }), true);
      assert.ok(dialogue.listener.names.includes("check.finished"));
      assert.ok(dialogue.listener.steps.some((step) => step.startsWith("repository.check 1/")));
      const path = `${root}/repo/data/0/1`;
      const content = readFileSync(path);
      content[20]! ^= 1;
      writeFileSync(path, content);
      assert.equal(await dialogue.call("check"), false);
      assert.equal(await dialogue.call("check", { max_duration: 100 }), false);
      assert.equal(await dialogue.call("check", { repair: true }), true);
      assert.equal(await refusedClass(dialogue.call("check", { repair: true, max_duration: 100 })), "ValueError");
      assert.equal(await dialogue.call("check"), true);
    }),
  );
});

describe("keys and nonces", () => {
  it(
    "are kept",
    conversation(async (dialogue) => {
      await dialogue.call("open", CREATE);
      assert.equal((await dialogue.call("load_key") as Uint8Array).length, 0);
      await dialogue.call("save_key", { keydata: "a key\nof two lines" });
      assert.equal(decodeText(await dialogue.call("load_key") as Uint8Array), "a key\nof two lines");
      assert.equal(await dialogue.call("get_free_nonce"), null);
      const large = 0xfedcba9876543210n;
      await dialogue.call("commit_nonce_reservation", { next_unreserved: 5, start_nonce: null });
      await dialogue.call("commit_nonce_reservation", { next_unreserved: large, start_nonce: 5 });
      assert.equal(await dialogue.call("get_free_nonce"), large);
      const again = dialogue.call("commit_nonce_reservation", { next_unreserved: 9, start_nonce: 5 });
      assert.equal(await refusedClass(again), "Error");
    }),
  );
});

describe("calls that are wrong", () => {
  it(
    "are refused, and the conversation goes on",
    conversation(async (dialogue) => {
      assert.equal(await refusedClass(dialogue.call("get", { id: id(1) })), "AssertionError");
      await dialogue.call("open", CREATE);
      const calls: [string, Record<string, Encodable>, string][] = [
        ["nothing", {}, "InvalidRPCMethod"],
        ["close", {}, "InvalidRPCMethod"],
        ["__proto__", {}, "InvalidRPCMethod"],
        ["constructor", {}, "InvalidRPCMethod"],
        ["get", {}, "TypeError"],
        ["get", { id: 5 }, "TypeError"],
        ["get", { id: "short" }, "TypeError"],
        ["put", { id: id(1) }, "TypeError"],
        ["put", { id: id(1), data: [1] }, "TypeError"],
        ["list", { limit: "x" }, "TypeError"],
        ["list", { limit: -1 }, "TypeError"],
        ["list", { marker: id(9) }, "ObjectNotFound"],
        ["scan", { limit: 0 }, "ValueError"],
        ["check", { repair: "yes" }, "TypeError"],
        ["commit", { threshold: new Float64(-0.5) }, "TypeError"],
        ["commit_nonce_reservation", { next_unreserved: "1", start_nonce: null }, "TypeError"],
        ["commit_nonce_reservation", { next_unreserved: -1, start_nonce: null }, "ValueError"],
        ["save_key", { keydata: null }, "TypeError"],
        ["open", { ...WRITE, path: 7 }, "TypeError"],
        ["open", { ...WRITE, lock_wait: "long" }, "TypeError"],
        ["open", { ...WRITE, exclusive: 7 }, "TypeError"],
      ];
      for (const [method, args, expected] of calls) {
        assert.equal(await refusedClass(dialogue.call(method, args)), expected, `${method} ${JSON.stringify(args)}`);
      }
    }),
  );

  it(
    "may have arguments that nobody knows",
    conversation(async (dialogue) => {
      await dialogue.call("open", { ...CREATE, invented: [1, [2]], more: new Map([["x", 1]]) });
      assert.equal(await dialogue.call("__len__", { self: 1 }), 0);
    }),
  );

  it(
    "can be asked for by tests",
    conversation(async (dialogue) => {
      const expected: Record<string, [string, readonly unknown[], boolean]> = {
        DoesNotExist: ["DoesNotExist", ["test string"], false],
        AlreadyExists: ["AlreadyExists", ["test string"], false],
        CheckNeeded: ["CheckNeeded", ["test string"], true],
        IntegrityError: ["IntegrityError", ["test string"], true],
        PathNotAllowed: ["PathNotAllowed", ["foo"], false],
        ObjectNotFound: ["ObjectNotFound", ["test string", "test string2"], true],
        InvalidRPCMethod: ["InvalidRPCMethod", ["test string"], false],
        divide: ["ZeroDivisionError", ["integer division or modulo by zero"], true],
      };
      for (const [kind, [exceptionClass, args, trace]] of Object.entries(expected)) {
        const failure = await refusal(dialogue.call("inject_exception", { kind }));
        assert.deepEqual([failure.exceptionClass, failure.args, failure.trace], [exceptionClass, args, trace]);
      }
      assert.equal(await dialogue.call("inject_exception", { kind: "other" }), null);
      assert.equal(await refusedClass(dialogue.position("inject_exception", ["divide"])), "InvalidRPCMethod");
    }),
  );
});

describe("clients of 1.0", () => {
  it("call by position and are told the class of what went wrong", () =>
    withScratch(async (root) => {
      const dialogue = new Dialogue({ cwd: root });
      await dialogue.position("negotiate", [2]);
      await dialogue.position("open", ["repo", true, 1, true]);
      await dialogue.position("put", [id(1), "data"]);
      await dialogue.position("commit", [false]);
      assert.deepEqual(await dialogue.position("get", [id(1)]), encode("data").subarray(1));
      assert.deepEqual(await dialogue.position("list", [null, null]), [id(1)]);
      assert.equal(await dialogue.position("check", [false, false]), true);
      const failure = await refusal(dialogue.position("get", [id(2)]));
      assert.deepEqual([failure.exceptionClass, failure.full], ["ObjectNotFound", []]);
      assert.equal(dialogue.failed.length, 1);
      for (
        const [method, args] of [["get", []], ["open", ["repo", false, 1]], ["commit", []], ["list", [5]]] as const
      ) {
        assert.equal(await refusedClass(dialogue.position(method, args)), "TypeError", method);
      }
      assert.equal(await refusedClass(dialogue.position("nothing", [])), "InvalidRPCMethod");
      assert.equal(await dialogue.position("rollback", [1, 2, 3]), null, "what is too much is dropped");
      await dialogue.position("open", ["repo", false, 1, true, true, true]);
      await dialogue.position("put", [id(1), "other"]);
      await dialogue.position("commit", [false]);
      assert.ok(existsSync(`${root}/repo/transactions`), "the last argument of open is append_only");
      await dialogue.end();
      assertUnlocked(root);
    }));
});

describe("the end", () => {
  it("in the middle of a message is an end, and nothing of it is done", () =>
    withScratch(async (root) => {
      const dialogue = new Dialogue({ cwd: root });
      await dialogue.call("open", CREATE);
      await dialogue.call("put", { id: id(1), data: "x" });
      await dialogue.call("commit");
      await dialogue.call("put", { id: id(2), data: "x" });
      dialogue.send(encode(new Map([["i", 5], ["m", "commit"]].map(([k, v]) => [k as string, v!]))).subarray(0, -2));
      await dialogue.end();
      assertUnlocked(root);
      await withLocal(`${root}/repo`, {}, async (repository) => assert.equal(await repository.count(), 1));
    }));

  it("before a repository was reached is noticed", async () => {
    const dialogue = new Dialogue({ restrictToPaths: ["/allowed"] });
    await dialogue.negotiate();
    assert.equal(await refusedClass(dialogue.call("open", { path: "/forbidden" })), "PathNotAllowed");
    await dialogue.end();
    assert.ok(!dialogue.server.wasReached);
  });
});

describe("memory", () => {
  let root: string;
  let done: () => void;
  let kept: Promise<void>;
  before(() =>
    new Promise<void>((resolve) => {
      kept = withScratch((path) => {
        root = path;
        resolve();
        return new Promise<void>((finish) => done = finish);
      });
    })
  );
  after(async () => {
    done();
    await kept;
  });

  it("is not taken for a message that only says that it is huge", async () => {
    const heads = [
      "db7fffffff",
      "83a16901a16da3676574a161db7fffffff",
      "940101a3676574dd7fffffff",
      "df7fffffff",
      "c67fffffff",
    ];
    for (const head of heads) {
      const dialogue = new Dialogue({ cwd: root });
      dialogue.send(Uint8Array.from(head.match(/../g)!, (byte) => parseInt(byte, 16)));
      await assert.rejects(dialogue.end(), (error) => error instanceof BorgError, head);
    }
  });

  it("is not taken for one that never ends", async () => {
    const dialogue = new Dialogue({ cwd: root });
    dialogue.send(Uint8Array.from("82a16901a178db02ffffff".match(/../g)!, (byte) => parseInt(byte, 16)));
    for (let i = 0; i < 8; i++) dialogue.send(new Uint8Array(8 << 20));
    await assert.rejects(dialogue.end(), (error) => error instanceof BorgError);
  });
});
