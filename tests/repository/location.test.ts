import assert from "node:assert/strict";
import process from "node:process";
import { describe, it } from "node:test";
import { canonicalLocation, parseLocation } from "../../src/repository/location.ts";

/** text, path, canonical form */
const REMOTE: [text: string, path: string, canonical: string][] = [
  ["u@h:p", "p", "ssh://u@h/./p"],
  ["u@h:~/r", "~/r", "ssh://u@h/~/r"],
  ["ssh://u@h:22/./r", "/./r", "ssh://u@h:22/./r"],
  ["ssh://h/~/r", "/~/r", "ssh://h/~/r"],
  ["ssh://h/a//b/", "/a/b", "ssh://h/a/b"],
  ["ssh://h/a/../b", "/b", "ssh://h/b"],
  ["a:b:c", "b:c", "ssh://a/./b:c"],
  ["c:foo", "foo", "ssh://c/./foo"],
  ["h:/abs/", "/abs", "ssh://h/abs"],
  ["ssh://[::1]:2222/r", "/r", "ssh://[::1]:2222/r"],
  ["u@[fe80::1]:r", "r", "ssh://u@[fe80::1]/./r"],
];

const LOCAL: [text: string, path: string][] = [
  ["/a:b", "/a:b"],
  ["/a/./b//c/", "/a/b/c"],
  ["/a/../../b", "/b"],
  ["repo", "repo"],
  ["./repo/", "repo"],
  ["../repo", "../repo"],
  [".", "."],
  ["file:///a", "/a"],
  ["file://srv/a", "srv/a"],
  ["/umläut/\udcff", "/umläut/\udcff"],
];

describe("parseLocation", () => {
  it("reads remote locations", () => {
    for (const [text, path, canonical] of REMOTE) {
      const location = parseLocation(text);
      assert.equal(location.kind, "ssh", text);
      assert.equal(location.path, path, text);
      assert.equal(canonicalLocation(location), canonical, text);
      assert.deepEqual(parseLocation(`${text}::x`), { ...location, archive: "x" });
    }
  });

  it("takes user, host and port apart", () => {
    assert.deepEqual(parseLocation("ssh://u@h:22/r::a"), {
      kind: "ssh",
      user: "u",
      host: "h",
      port: 22,
      path: "/r",
      archive: "a",
    });
    assert.equal(parseLocation("ssh://[::1]/r").host, "::1");
  });

  it("reads local locations", () => {
    for (const [text, path] of LOCAL) {
      assert.deepEqual(parseLocation(text), { kind: "local", path }, text);
      assert.deepEqual(parseLocation(`${text}::x y`), { kind: "local", path, archive: "x y" }, text);
      if (/^\.\.?/.test(path)) continue;
      assert.equal(
        canonicalLocation({ kind: "local", path }),
        path.startsWith("/") ? path : `${process.cwd()}/${path}`,
      );
    }
  });

  it("ends the path at the first double colon", () => {
    assert.deepEqual(parseLocation("a::b::c"), { kind: "local", path: "a", archive: "b::c" });
    assert.deepEqual(parseLocation("a:b:c::x"), { kind: "ssh", host: "a", path: "b:c", archive: "x" });
  });

  it("takes a missing repository from the default", () => {
    assert.deepEqual(parseLocation("", "/r"), { kind: "local", path: "/r" });
    assert.deepEqual(parseLocation("::", "/r::ignored"), { kind: "local", path: "/r" });
    assert.deepEqual(parseLocation("::x", "h:r"), { kind: "ssh", host: "h", path: "r", archive: "x" });
    assert.deepEqual(parseLocation("/other", "/r"), { kind: "local", path: "/other" });
  });

  it("refuses what is no location", () => {
    for (const text of ["", "::", "::x", "ssh://h", "//srv/x", "/a::", "/a::x/y", ":p", "::x/y"]) {
      assert.throws(() => parseLocation(text), RangeError, text);
    }
    assert.throws(() => parseLocation("::x", "/a::"), RangeError);
  });
});
