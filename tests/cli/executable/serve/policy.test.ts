import assert from "node:assert/strict";
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { Served } from "./served.ts";

const NOT_ALLOWED = /Repository path not allowed/;

describe("a server that is restricted to paths", requirePeer("borg"), () => {
  let served: Served;
  before(() => {
    served = new Served(["--restrict-to-path", "allowed", "--restrict-to-path", "also"]);
    for (const name of ["allowed", "also", "forbidden"]) served.sandbox.folder(name);
    symlinkSync("../forbidden", served.sandbox.path("allowed", "link"));
    served.sandbox.succeed(theirs, ["init", "-e", "none", served.sandbox.path("forbidden", "there")]);
  });
  after(() => served.remove());

  it("serves what is below them", () => {
    for (const path of ["allowed/repo", "allowed/deep/er/repo", "also/repo"]) {
      served.succeed(["init", "-e", "none", "--make-parent-dirs", served.url(path)]);
      served.succeed(["list", served.url(path)]);
    }
  });

  it("refuses everything else, and makes nothing there", () => {
    const urls = [
      served.url("forbidden/repo"),
      served.url("allowed2"),
      served.url("allowed/link/repo"),
      "ssh://host/~/repo",
      "host:allowed/../forbidden/repo",
      "host:repo",
      "ssh://host/./forbidden/repo",
    ];
    for (const url of urls) served.refused(NOT_ALLOWED, ["init", "-e", "none", "--make-parent-dirs", url]);
    for (const url of [served.url("forbidden/there"), served.url("allowed/link/there")]) {
      served.refused(NOT_ALLOWED, ["list", url]);
      served.refused(NOT_ALLOWED, ["delete", url]);
      served.refused(NOT_ALLOWED, ["break-lock", url]);
    }
    assert.deepEqual(readdirSync(served.sandbox.path("forbidden")), ["there"]);
    assert.deepEqual(readdirSync(served.base).includes("repo"), false);
  });
});

describe("a server that is restricted to repositories", requirePeer("borg"), () => {
  it("serves these, with nothing below and nothing beside them", () => {
    const served = new Served(["--restrict-to-repository", "one", "--restrict-to-repository", "two"]);
    for (const path of ["one", "two"]) served.succeed(["init", "-e", "none", served.url(path)]);
    for (const path of ["one/below", "three", "on", "one2"]) {
      served.refused(NOT_ALLOWED, ["init", "-e", "none", served.url(path)]);
    }
    symlinkSync("three", served.sandbox.path("four"));
    served.refused(NOT_ALLOWED, ["init", "-e", "none", served.url("four")]);
    served.remove();
  });

  it("serves only what paths allow as well", () => {
    const served = new Served([
      ...["--restrict-to-repository", "a/one", "--restrict-to-repository", "b/two"],
      ...["--restrict-to-path", "a"],
    ]);
    for (const name of ["a", "b"]) served.sandbox.folder(name);
    served.succeed(["init", "-e", "none", served.url("a/one")]);
    for (const path of ["b/two", "a/three"]) served.refused(NOT_ALLOWED, ["init", "-e", "none", served.url(path)]);
    served.remove();
  });
});

describe("an append-only server", requirePeer("borg"), () => {
  let served: Served;
  const files = (path: string) => readdirSync(served.sandbox.path(path, "data", "0"));
  before(() => {
    served = new Served(["--append-only"]);
    writeFileSync(served.sandbox.path("file"), "content ".repeat(10000));
    served.succeed(["init", "-e", "none", served.url()]);
    served.succeed(["create", `${served.url()}::a`, "file"]);
  });
  after(() => served.remove());

  it("keeps what is deleted", () => {
    served.succeed(["delete", `${served.url()}::a`]);
    const before = files("repo");
    served.succeed(["compact", "--threshold", "0", served.url()]);
    for (const name of before) assert.ok(files("repo").includes(name), `segment ${name}`);
    assert.match(readFileSync(served.sandbox.path("repo", "transactions"), "utf8"), /^transaction \d+, UTC time /m);
    served.verify();
  });

  it("lets nobody destroy or repair", () => {
    for (const args of [["delete", served.url()], ["check", "--repair", served.url()]]) {
      const { status, stderr } = served.run(args);
      assert.equal(status, 2, stderr);
      assert.match(stderr, /append-only mode/);
    }
    served.verify();
  });

  it("makes repositories that are append-only only if the client wants it", () => {
    const mode = (path: string) =>
      /^append_only = (.)$/m.exec(readFileSync(served.sandbox.path(path, "config"), "utf8"))![1];
    assert.equal(mode("repo"), "0");
    served.succeed(["init", "-e", "none", "--append-only", served.url("asked")]);
    assert.equal(mode("asked"), "1");
  });
});

describe("a server with a quota", requirePeer("borg"), () => {
  let served: Served;
  before(() => {
    served = new Served(["--storage-quota", "10M"]);
    writeFileSync(served.sandbox.path("large"), new Uint8Array(20_000_000).map((_, i) => (i * 2654435761) >>> 13));
    writeFileSync(served.sandbox.path("small"), "little");
  });
  after(() => served.remove());

  it("stores it in new repositories and holds to it", () => {
    served.succeed(["init", "-e", "none", served.url()]);
    assert.match(readFileSync(served.sandbox.path("repo", "config"), "utf8"), /^storage_quota = 10000000$/m);
    served.succeed(["create", `${served.url()}::small`, "small"]);
    const { status, stderr } = served.run(["create", "-C", "none", `${served.url()}::large`, "large"]);
    assert.equal(status, 2);
    assert.match(stderr, /storage quota \(10\.00 MB\) has been exceeded/i);
    assert.doesNotMatch(stderr, /\.ts:/);
    served.succeed(["create", `${served.url()}::again`, "small"]);
    assert.equal(served.succeed(["list", "--short", served.url()]), "small\nagain\n");
    served.verify();
  });

  it("holds to it in repositories that have none of their own", () => {
    served.sandbox.succeed(theirs, ["init", "-e", "none", "old"], { base: served.base });
    const { status } = served.run(["create", "-C", "none", `${served.url("old")}::large`, "large"]);
    assert.equal(status, 2);
    assert.match(readFileSync(served.sandbox.path("old", "config"), "utf8"), /^storage_quota = 0$/m);
    served.verify("old");
  });
});
