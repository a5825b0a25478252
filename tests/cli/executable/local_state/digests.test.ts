import assert from "node:assert/strict";
import { globSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { requirePeer } from "../../../interop/requirements.ts";
import { Twin } from "../listings/twin.ts";

describe("digests of an algorithm that nobody knows", requirePeer("borg"), () => {
  let twin: Twin;
  before(() => {
    twin = new Twin();
    for (const name of ["file", "newest"]) writeFileSync(twin.sandbox.path(name), "content");
    utimesSync(twin.sandbox.path("file"), 0, 0);
    twin.prepare(["init", "-e", "none", "repo"]);
    twin.prepare(["create", "--files-cache", "mtime,size", "repo::a", "file", "newest"]);
    for (const path of globSync(["repo/integrity.*", "base/.cache/borg/*/config"], { cwd: twin.sandbox.root })) {
      replaceBytes(twin.sandbox.path(path), "XXH64", "XXH99");
    }
    twin.freeze();
  });
  after(() => twin.remove());

  const edit = (text: string) => text.split("\n").sort().join("\n");

  it("are a warning, and what they are of is used", () => {
    const [listed, created, again] = twin.sameBut(
      { edit },
      ["list", "--short", "repo"],
      ["create", "--list", "--files-cache", "mtime,size", "repo::b", "file"],
      ["create", "--list", "--files-cache", "mtime,size", "repo::c", "file"],
    );
    assert.match(listed!.stderr, /^Cannot verify integrity of .*\/repo\/index\.5: Unknown algorithm 'XXH99'\n$/);
    for (const file of ["index.5", "hints.5", "chunks", "files"]) {
      const line = new RegExp(`^Cannot verify integrity of /.*/${file}: Unknown algorithm 'XXH99'$`, "m");
      assert.match(created!.stderr, line);
    }
    assert.doesNotMatch(again!.stderr, /Cannot verify/);
    assert.equal(created!.status, 0);
  });
});

function replaceBytes(path: string, from: string, to: string): void {
  writeFileSync(path, readFileSync(path, "latin1").replaceAll(from, to), "latin1");
}
