import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decode, encode, MsgpackError, Packer, Reader } from "../../../src/encoding/msgpack.ts";
import { fromHex, toHex } from "../../../src/encoding/bytes.ts";
import { findMethod, METHODS } from "../../../src/repository/remote/methods.ts";
import {
  layoutOf,
  negotiatedVersion,
  negotiationValue,
  readRequest,
  readResponse,
  type Request,
  UnexpectedFormat,
  writeFailure,
  writeNamedRequest,
  writePositionalRequest,
  writeResultHead,
} from "../../../src/repository/remote/protocol.ts";
import { isAtLeast, versionText } from "../../../src/repository/remote/versions.ts";

const FAILURE = {
  exceptionClass: "ObjectNotFound",
  args: ["ab", "/repo", 5, null],
  full: ["all\n"],
  short: ["short"],
  trace: true,
  sysinfo: "here",
};

function written(write: (packer: Packer) => void): Uint8Array {
  const packer = new Packer();
  write(packer);
  return packer.take();
}

function read(bytes: Uint8Array): Request {
  return readRequest(new Reader(bytes));
}

describe("requests", () => {
  it("begin a connection by position", () => {
    const args = [negotiationValue("client", [1, 4, 5, -1])];
    const bytes = written((packer) => writePositionalRequest(packer, { id: 1, method: "negotiate", args }));
    assert.equal(toHex(bytes), "940101a96e65676f74696174659181ae636c69656e745f76657273696f6e94010405ff");
  });

  it("go by name afterwards", () => {
    const bytes = written((packer) => writeNamedRequest(packer, { id: 2, method: "get", args: [["id", "x"]] }));
    assert.equal(toHex(bytes), "83a16902a16da3676574a16181a26964a178");
  });

  it("are read in both layouts", () => {
    const named = read(fromHex("83a16902a16da3676574a16181a26964a178"));
    assert.deepEqual(named, { layout: "named", id: 2, method: "get", args: new Map([["id", fromHex("78")]]) });
    const positional = read(fromHex("940102a367657491a178"));
    assert.deepEqual(positional, { layout: "positional", id: 2, method: "get", args: [fromHex("78")] });
  });

  it("may have entries that nobody knows, and no arguments", () => {
    const request = read(encode(new Map<string, number | string>([["z", 1], ["m", "rollback"], ["i", 7]])));
    assert.deepEqual(request, { layout: "named", id: 7, method: "rollback", args: new Map() });
  });

  it("are refused when they are something else", () => {
    const wrong = [
      encode(5),
      encode(null),
      encode("text"),
      encode([1, 2, 3]),
      encode([1, 2, "get", [], 5]),
      encode([1, "2", "get", []]),
      encode([1, 2, 3, []]),
      encode([1, 2, "get", 7]),
      encode(new Map([["m", "get"]])),
      encode(new Map([["i", 1]])),
      encode(new Map<string, string | number>([["i", "1"], ["m", "get"]])),
      encode(new Map<string, string | number>([["i", 1], ["m", 2]])),
      encode(new Map<string, string | number>([["i", 1], ["m", "get"], ["a", 3]])),
      encode(new Map([[3, 4]])),
    ];
    for (const bytes of wrong) assert.throws(() => read(bytes), UnexpectedFormat, toHex(bytes));
    assert.throws(() => read(fromHex("c1")), MsgpackError);
  });

  it("take no more memory than a small multiple of their length", () => {
    const many = new Array(2000).fill(null);
    for (const args of [many, [[[[[1]]]]]]) {
      assert.throws(() => read(encode([1, 2, "negotiate", args])), UnexpectedFormat);
      assert.throws(
        () => read(encode(new Map<string, unknown>([["i", 1], ["m", "x"], ["a", args]]) as never)),
        MsgpackError,
      );
    }
    assert.throws(() => read(fromHex("df7fffffff")), UnexpectedFormat);
    assert.throws(() => read(fromHex("940102a3676574dd7fffffff")), UnexpectedFormat);
  });

  it("are read or refused, whatever the bytes are", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        read(bytes);
      } catch (error) {
        assert.ok(error instanceof MsgpackError);
      }
    }));
  });
});

describe("responses", () => {
  it("have the layout of the request", () => {
    const named = written((packer) => {
      writeResultHead(packer, "named", 300);
      packer.raw(fromHex("0102"));
    });
    assert.equal(toHex(named), "82a169cd012ca172a20102");
    const positional = written((packer) => {
      writeResultHead(packer, "positional", 3);
      packer.nil();
    });
    assert.equal(toHex(positional), "940103c0c0");
  });

  it("are read in both layouts", () => {
    assert.deepEqual(readResponse(decode(fromHex("82a169cd012ca172a20102"))), { id: 300, result: fromHex("0102") });
    assert.deepEqual(readResponse(decode(fromHex("940103c0c0"))), { id: 3, result: null });
  });

  it("tell of failures, by position by the class alone", () => {
    const named = written((packer) => writeFailure(packer, "named", 4, FAILURE));
    assert.deepEqual(readResponse(decode(named)), { id: 4, failure: FAILURE });
    const positional = written((packer) => writeFailure(packer, "positional", 4, FAILURE));
    const bare = { exceptionClass: "ObjectNotFound", args: [], full: [], short: [], trace: false, sysinfo: "" };
    assert.deepEqual(readResponse(decode(positional)), { id: 4, failure: bare });
  });

  it("are refused when they are something else", () => {
    for (const value of [5, null, [1, 2, 3], new Map([["i", 5]]), new Map([["r", 5]])]) {
      assert.throws(() => readResponse(decode(encode(value))), UnexpectedFormat);
    }
  });
});

describe("versions", () => {
  it("are compared part by part", () => {
    const ascending = [[1, 0, 7, -1], [1, 1, 0, -4, 1], [1, 1, 0, -3, 3], [1, 1, 0, -2, 1], [1, 1, 0, -1], [
      1,
      4,
      5,
      -1,
    ], [2]];
    for (const [i, version] of ascending.entries()) {
      for (const [j, other] of ascending.entries()) {
        assert.equal(isAtLeast(version, other), i >= j, `${version} ${other}`);
      }
    }
  });

  it("are written as people write them", () => {
    assert.equal(versionText([1, 4, 5, -1]), "1.4.5");
    assert.equal(versionText([1, 2, 0, -4, 8]), "1.2.0a8");
    assert.equal(versionText([1, 1, 0, -2, 1]), "1.1.0rc1");
  });

  it("are told in the negotiation, or assumed to be 1.0.8", () => {
    const told = (value: Parameters<typeof encode>[0]) => negotiatedVersion("server", decode(encode(value)));
    assert.deepEqual(told(negotiationValue("server", [1, 2, 4, -1])), [1, 2, 4, -1]);
    for (
      const value of [2, null, "1.1", new Map([["server_version", "x"]]), new Map(), new Map([["server_version", []]])]
    ) {
      assert.deepEqual(told(value), [1, 0, 8]);
    }
    assert.equal(layoutOf([1, 0, 8]), "positional");
    assert.equal(layoutOf([1, 1, 0, -3, 1]), "named");
  });
});

describe("methods", () => {
  it("are those of the format reference", () => {
    assert.equal(Object.keys(METHODS).length, 18);
    assert.deepEqual(METHODS.open.parameters.map(({ name }) => name), [
      "path",
      "create",
      "lock_wait",
      "lock",
      "exclusive",
      "append_only",
      "make_parent_dirs",
    ]);
    assert.equal(findMethod("toString"), undefined);
    assert.equal(findMethod("close"), undefined);
  });
});
