import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Encodable, encode } from "../../../src/encoding/msgpack.ts";
import { encodeText } from "../../../src/encoding/path.ts";
import { BorgError } from "../../../src/errors.ts";
import { ServerError } from "../../../src/repository/remote/errors.ts";
import { sleep } from "../../../src/platform/sleep.ts";
import { bytes, id } from "../scratch.ts";
import { Failing, FakeServer, type Handler, REPOSITORY_ID } from "./fake_server.ts";

function hasCode(code: string, ...data: unknown[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof BorgError, String(error));
    assert.equal(error.code, code);
    if (data.length > 0) assert.deepEqual(error.data, data);
    return true;
  };
}

/** A server that answers `method` so, and everything else with nil. */
function answering(method: string, answer: ReturnType<Handler>): FakeServer {
  return new FakeServer((request) => request.method === method ? answer : null);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(1);
}

describe("opening a remote repository", () => {
  it("negotiates by position, then says by name what is wanted", async () => {
    const server = new FakeServer();
    const repository = await server.open();
    const [negotiation, opening] = server.received;
    assert.deepEqual(negotiation, {
      id: 1,
      method: "negotiate",
      args: [new Map([["client_version", [1, 4, 5, -1]]])],
    });
    assert.equal(opening!.id, 2);
    assert.deepEqual([...opening!.args as Map<string, unknown>], [
      ["path", encodeText("/repo")],
      ["create", false],
      ["lock_wait", 1],
      ["lock", true],
      ["exclusive", true],
      ["append_only", false],
      ["make_parent_dirs", false],
    ]);
    assert.deepEqual(repository.id, REPOSITORY_ID);
    assert.deepEqual(repository.version, [1, 4, 5, -1]);
    await repository.close();
    assert.ok(server.transport.isDisposed);
    assert.deepEqual(server.transport.signals, []);
  });

  it("speaks by position with old servers, and does not ask them for what they lack", async () => {
    const server = new FakeServer(() => null);
    server.version = 2;
    const repository = await server.open();
    assert.deepEqual(repository.version, [1, 0, 8]);
    assert.deepEqual(server.received[1]!.args, [encodeText("/repo"), false, 1, true, true, false]);
    await repository.put(id(1), bytes(3));
    await repository.commit();
    await assert.rejects(repository.scan(5), hasCode("RemoteRepository.RPCServerOutdated", "scan", "1.1.0b3"));
    await assert.rejects(
      repository.check({ maxDuration: 5 }),
      hasCode("RemoteRepository.RPCServerOutdated", "check() max_duration=5", "1.2.0a4"),
    );
    assert.deepEqual(server.received.slice(2).map(({ args }) => args), [[id(1), bytes(3)], [false]]);
    await repository.close();
  });

  it("says that the server may not be there when it says nothing", async () => {
    const server = new FakeServer();
    server.transport.end({ status: 255 });
    await assert.rejects(server.open(), hasCode("ConnectionClosedWithHint", "Is borg working on the server?"));
    assert.ok(server.transport.isDisposed);
  });

  for (
    const [what, sent, shown] of [
      ["the words of a login script", encodeText("Welcome to host!\n"), "Welcome to host!\n"],
      ["a message that is no answer", encode([1, 2, 3]), "\ufffd"],
      [
        "an answer to something else",
        encode([1, 9, null, 2]),
        "an answer to a request that is not waiting for any (9)",
      ],
    ] as const
  ) {
    it(`refuses ${what}`, async () => {
      const server = new FakeServer();
      server.transport.input.close();
      server.send(sent);
      const transport = server.transport;
      const opened = server.open();
      await assert.rejects(opened, (error) => {
        hasCode("UnexpectedRPCDataFormatFromServer")(error);
        if (!shown.includes("\ufffd")) assert.equal((error as BorgError).data[0], shown);
        return true;
      });
      assert.ok(transport.isDisposed);
    });
  }

  it("refuses an id that is none", async () => {
    const server = new FakeServer((request, self) => void self.answer(request.id, encodeText("short")));
    await assert.rejects(server.open(), hasCode("UnexpectedRPCDataFormatFromServer"));
  });

  it("gives up when the run is to end", async () => {
    const server = new FakeServer(() => undefined);
    const reason = new Error("interrupted");
    await assert.rejects(server.open({ checkAbort: () => assert.fail(reason) }), reason);
  });
});

describe("errors of a server", () => {
  const cases: [fields: Failing, code: string, data: unknown[]][] = [
    [Failing.of("PathNotAllowed", "/x"), "PathNotAllowed", ["/x"]],
    [Failing.of("DoesNotExist", "/there"), "Repository.DoesNotExist", ["ssh://host/repo"]],
    [Failing.of("ObjectNotFound", "ab", "/there"), "Repository.ObjectNotFound", ["ab", "ssh://host/repo"]],
    [Failing.of("LockTimeout", "/there/lock"), "LockTimeout", ["/there/lock"]],
    [Failing.of("StorageQuotaExceeded", "1 GB", "2 GB"), "Repository.StorageQuotaExceeded", ["1 GB", "2 GB"]],
    [
      Failing.of("InvalidRepositoryConfig", "/there", "no id"),
      "Repository.InvalidRepositoryConfig",
      ["ssh://host/repo", "no id"],
    ],
    [Failing.of("IntegrityError"), "IntegrityError", [""]],
    [Failing.of("OSError", 28, null), "OSError", [28, ""]],
  ];
  for (const [failing, code, data] of cases) {
    it(`gives ${failing.fields["exception_class"]} as ${code}`, async () => {
      const repository = await answering("load_key", failing).open();
      await assert.rejects(repository.loadKey(), hasCode(code, ...data));
      await repository.close();
    });
  }

  it("shows what the server says about others", async () => {
    const fields = { exception_class: "OSError", exception_args: [], exception_trace: true, sysinfo: "a\nb\n" };
    const full = ["Traceback:\n", "OSError: full"];
    const server = answering("load_key", new Failing({ ...fields, exception_full: full }));
    const repository = await server.open();
    await assert.rejects(repository.loadKey(), (error) => {
      assert.ok(error instanceof ServerError);
      assert.equal(error.text, "Traceback:\nOSError: full\nBorg server: a\nBorg server: b");
      return true;
    });
    await repository.close();
  });
});

describe("requests", () => {
  it("are sent ahead, and taken in the order asked for", async () => {
    let answered = 0;
    const server = new FakeServer(({ method, args }) => {
      if (method !== "get") return null;
      answered++;
      return (args as Map<string, Encodable>).get("id") as Uint8Array;
    });
    const repository = await server.open();
    const ids = Array.from({ length: 50 }, (_, i) => id(i));
    repository.preload(ids);
    await until(() => answered >= 30);
    for (const each of ids) assert.deepEqual(await repository.get(each), each);
    assert.equal(answered, 50, "none was asked for twice");
    await repository.close();
  });

  it("for more than fits are sent when others have been taken", async () => {
    const server = new FakeServer(({ method }) => method === "get" ? new Uint8Array(4 << 20) : null);
    const repository = await server.open();
    const ids = Array.from({ length: 60 }, (_, i) => id(i));
    const asked = () => server.methods.filter((method) => method === "get").length;
    let taken = 0;
    for await (const data of repository.getMany(ids)) {
      assert.equal(data.length, 4 << 20);
      taken++;
      assert.ok(asked() - taken <= 33, `${asked()} asked, ${taken} taken`);
    }
    assert.equal(taken, 60);
    await repository.close();
  });

  it("that nobody takes any more do not disturb the others", async () => {
    const server = new FakeServer(({ method, args }) =>
      method === "get" ? (args as Map<string, Encodable>).get("id") as Uint8Array : null
    );
    const repository = await server.open();
    for await (const data of repository.getMany([id(1), id(2), id(3)])) {
      assert.deepEqual(data, id(1));
      break;
    }
    assert.deepEqual(await repository.get(id(9)), id(9));
    await repository.close();
  });

  it("to write do not wait for answers; settling does", async () => {
    const server = new FakeServer(({ method }) => method === "put" ? undefined : null);
    const repository = await server.open();
    for (let i = 0; i < 20; i++) await repository.put(id(i), bytes(1000, i));
    await until(() => server.received.length === 22);
    let settled = false;
    const settling = repository.settle().then(() => (settled = true));
    for (const { id: number } of server.received.slice(2, -1)) server.answer(number, null);
    await sleep(5);
    assert.equal(settled, false);
    server.answer(server.received.at(-1)!.id, null);
    await settling;
    await repository.commit();
    await repository.close();
  });

  it("to write wait while the link does not take them", async () => {
    const server = new FakeServer();
    const repository = await server.open();
    server.transport.input.isStuck = true;
    let stored = 0;
    const storing = (async () => {
      for (; stored < 10; stored++) await repository.put(id(stored), new Uint8Array(1 << 20));
    })();
    await sleep(20);
    assert.ok(stored >= 1 && stored < 5, `${stored} MiB were taken`);
    server.transport.end();
    await assert.rejects(storing, hasCode("ConnectionClosed"));
    await repository.close();
  });

  it("that failed are told once, and before a commit", async () => {
    const server = answering("put", Failing.of("StorageQuotaExceeded", "1", "2"));
    const repository = await server.open();
    await assert.rejects(async () => {
      await repository.put(id(1), bytes(1));
      await repository.commit();
    }, hasCode("Repository.StorageQuotaExceeded"));
    assert.ok(!server.methods.includes("commit"));
    await repository.settle();
    await repository.close();
    assert.deepEqual(server.methods.slice(2), ["put", "rollback"]);
  });

  it("leave the caller's memory alone", async () => {
    const server = new FakeServer();
    const repository = await server.open();
    const data = bytes(3_000_000);
    const stored = repository.put(id(1), data);
    await stored;
    data.fill(0);
    await repository.settle();
    assert.deepEqual((server.received[2]!.args as Map<string, Uint8Array>).get("data"), bytes(3_000_000));
    await repository.close();
  });
});

describe("a connection that fails", () => {
  it("ends everything that is waited for, and everything after that", async () => {
    const server = new FakeServer(({ method }) => method === "open" ? null : undefined);
    const repository = await server.open();
    const waiting = [repository.loadKey(), repository.get(id(1)), repository.count()];
    await until(() => server.received.length === 5);
    server.transport.end();
    for (const each of waiting) await assert.rejects(each, hasCode("ConnectionClosed"));
    await assert.rejects(repository.get(id(2)), hasCode("ConnectionClosed"));
    await assert.rejects(repository.put(id(2), bytes(1)), hasCode("ConnectionClosed"));
    await repository.close();
  });

  it("within an answer is no answer", async () => {
    const server = new FakeServer(({ method, id: number }, self) => {
      if (method !== "get") return null;
      const message = encode(new Map<string, Encodable>([["i", number], ["r", bytes(100)]]));
      self.send(message.subarray(0, 50));
      self.transport.output.close();
      return undefined;
    });
    const repository = await server.open();
    await assert.rejects(repository.get(id(1)), hasCode("ConnectionClosed"));
    await repository.close();
  });

  for (
    const [what, answer] of [
      ["an object", 5],
      ["a list", [encodeText("short")]],
      ["a number", encodeText("x")],
    ] as const
  ) {
    it(`is told from one whose server answers with something else than ${what}`, async () => {
      const server = new FakeServer(({ method }) => method === "open" ? null : answer);
      const repository = await server.open();
      const asked = {
        "an object": () => repository.get(id(1)),
        "a list": () => repository.list(),
        "a number": () => repository.count(),
      };
      await assert.rejects(asked[what](), hasCode("UnexpectedRPCDataFormatFromServer"));
      await repository.close();
    });
  }

  it("because an answer comes twice", async () => {
    const server = new FakeServer(({ method, id: number }, self) => {
      if (method === "load_key") self.answer(number, encodeText("key"));
      return method === "load_key" ? encodeText("key") : null;
    });
    const repository = await server.open();
    await repository.loadKey();
    await assert.rejects(repository.count(), hasCode("UnexpectedRPCDataFormatFromServer"));
    await repository.close();
  });
});

describe("closing", () => {
  it("ends a server that goes on and on", async () => {
    const server = new FakeServer(() => undefined);
    server.transport.endInput = () => {};
    let isOpen = true;
    void server.transport.exited.then(() => (isOpen = false));
    const talking = (async () => {
      for (; isOpen; await sleep(1)) server.send(encodeText("more and more\n"));
    })();
    await assert.rejects(server.open(), hasCode("UnexpectedRPCDataFormatFromServer"));
    assert.deepEqual(server.transport.signals, ["SIGTERM"]);
    await talking;
  });

  it("rolls back what was not committed, and nothing else", async () => {
    for (const [change, expected] of [[true, ["put", "rollback"]], [false, []]] as const) {
      const server = new FakeServer();
      const repository = await server.open();
      if (change) await repository.put(id(1), bytes(1));
      await repository.close();
      await repository.close();
      assert.deepEqual(server.methods.slice(2), expected);
    }
  });

  it("hears the server out", async () => {
    const server = new FakeServer();
    const repository = await server.open();
    void server.transport.messages.write(encodeText("last words\nunfinished"));
    await repository.close();
    assert.deepEqual(server.listener.heard, ["line last words", "line unfinished"]);
  });
});
