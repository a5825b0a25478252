import assert from "node:assert/strict";
import { mkdirSync, realpathSync, symlinkSync } from "node:fs";
import { describe, it } from "node:test";
import { realPath } from "../../../src/platform/real_path.ts";
import { SystemError } from "../../../src/platform/system_error.ts";
import { assertAllowed, type Policy } from "../../../src/repository/remote/policy.ts";
import { resolveServedPath } from "../../../src/repository/remote/served_path.ts";
import { PathNotAllowed } from "../../../src/repository/remote/server_errors.ts";
import { withScratch } from "../scratch.ts";

const OPEN: Policy = { restrictToPaths: [], restrictToRepositories: [], appendOnly: false, storageQuota: undefined };

function allows(path: string, restrictions: Partial<Policy>): boolean {
  try {
    assertAllowed(path, { ...OPEN, ...restrictions });
    return true;
  } catch (error) {
    assert.ok(error instanceof PathNotAllowed);
    assert.deepEqual(error.data, [path]);
    return false;
  }
}

describe("a path that a client names", () => {
  const places = {
    cwd: "/nowhere/cwd",
    home: (user?: string) => ({ "": "/nowhere/me", ann: "/nowhere/ann" })[user ?? ""],
  };
  const CASES = [
    ["/a/b", "/a/b"],
    ["/a//../b/./c/", "/b/c"],
    ["/../..", "/"],
    ["x", "/nowhere/cwd/x"],
    ["../x", "/nowhere/x"],
    ["", "/nowhere/cwd"],
    ["/./x", "/nowhere/cwd/x"],
    ["/./../x", "/nowhere/x"],
    ["~/x", "/nowhere/me/x"],
    ["/~/x", "/nowhere/me/x"],
    ["~", "/nowhere/me"],
    ["/~/../x", "/nowhere/x"],
    ["~ann/x", "/nowhere/ann/x"],
    ["/~ann", "/nowhere/ann"],
    ["~bob/x", "/nowhere/cwd/~bob/x"],
    ["/~bob/x", "/nowhere/cwd/~bob/x"],
    ["/./~/x", "/nowhere/cwd/~/x"],
    ["./~", "/nowhere/cwd/~"],
    ["/\udcff/x", "/\udcff/x"],
  ] as const;
  for (const [given, meant] of CASES) {
    it(`${given} is ${meant}`, () => assert.equal(resolveServedPath(given, places), meant));
  }

  it("is refused when no system could open it", () => {
    assert.throws(() => resolveServedPath("/a".repeat(1 << 20), places), SystemError);
  });
});

describe("a real path", () => {
  it("has no symbolic links, wherever they lead", () =>
    withScratch((scratch) => {
      const root = realpathSync(scratch);
      mkdirSync(`${root}/a/b`, { recursive: true });
      mkdirSync(`${root}/c`);
      symlinkSync("../../c", `${root}/a/b/relative`);
      symlinkSync(`${root}/a`, `${root}/c/absolute`);
      symlinkSync("missing/../../x", `${root}/c/broken`);
      assert.equal(realPath(`${root}/a/b/relative/absolute/b`), `${root}/a/b`);
      assert.equal(realPath(`${root}/c/absolute/..`), root, ".. is that of the target");
      assert.equal(realPath(`${root}/c/broken/y`), `${root}/x/y`);
      assert.equal(realPath(`${root}/missing/../c`), `${root}/c`);
    }));

  it("cannot be had in a loop", () =>
    withScratch((root) => {
      symlinkSync("two", `${root}/one`);
      symlinkSync("one", `${root}/two`);
      assert.throws(() => realPath(`${root}/one/x`), (error) => error instanceof SystemError && error.code === "ELOOP");
    }));
});

describe("a policy", () => {
  it("allows everything when it says nothing", () => assert.ok(allows("/any", {})));

  it("allows what is at or below a path, and no neighbour", () => {
    const restrictToPaths = ["/srv/one", "/srv/two/"];
    for (const path of ["/srv/one", "/srv/one/x", "/srv/two", "/srv/two/x/y"]) {
      assert.ok(allows(path, { restrictToPaths }), path);
    }
    for (const path of ["/srv", "/srv/on", "/srv/one2", "/srv/one.x", "/"]) {
      assert.ok(!allows(path, { restrictToPaths }), path);
    }
    assert.ok(allows("/anything", { restrictToPaths: ["/"] }));
  });

  it("allows the repositories that it names, and nothing in them", () => {
    const restrictToRepositories = ["/srv/one", "/srv/two/"];
    for (const path of ["/srv/one", "/srv/two"]) assert.ok(allows(path, { restrictToRepositories }), path);
    for (const path of ["/srv", "/srv/one/x", "/srv/one2", "/"]) {
      assert.ok(!allows(path, { restrictToRepositories }), path);
    }
  });

  it("wants both when both are there", () => {
    const both = { restrictToPaths: ["/srv"], restrictToRepositories: ["/srv/one", "/other"] };
    assert.ok(allows("/srv/one", both));
    assert.ok(!allows("/srv/two", both));
    assert.ok(!allows("/other", both));
  });

  it("follows symbolic links in what it names", () =>
    withScratch((scratch) => {
      const root = realpathSync(scratch);
      mkdirSync(`${root}/real`);
      symlinkSync("real", `${root}/link`);
      assert.ok(allows(`${root}/real/x`, { restrictToPaths: [`${root}/link`] }));
      assert.ok(allows(`${root}/real`, { restrictToRepositories: [`${root}/link`] }));
      assert.ok(!allows(`${root}/link2`, { restrictToPaths: [`${root}/link`] }));
    }));
});
