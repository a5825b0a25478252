import assert from "node:assert/strict";
import { appendFileSync, copyFileSync, renameSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { ours, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { Twin } from "../listings/twin.ts";

/** Several files are on their way here at a time: what is told of one may come between what is told of another. */
function sorted(text: string): string {
  return text.split("\n").sort().join("\n");
}

describe("--debug-topic files_cache tells what BorgBackup tells", requirePeer("borg"), () => {
  let twin: Twin;
  before(() => {
    twin = new Twin();
    const tree = twin.sandbox.folder("tree");
    const files = ["same", "longer", "replaced", "touched"].map((name) => `${tree}/${name}`);
    for (const path of files) writeFileSync(path, path);
    writeFileSync(`${tree}/newest`, "x");
    twin.prepare(["init", "-e", "none", "repo"]);
    twin.prepare(["create", "repo::one", "tree"]);
    appendFileSync(files[1]!, "x");
    copyFileSync(files[2]!, `${tree}/copy`);
    renameSync(`${tree}/copy`, files[2]!);
    writeFileSync(files[3]!, files[3]!);
    writeFileSync(`${tree}/it's\n\u{fc}`, "new");
    twin.freeze();
  });
  after(() => twin.remove());

  for (const mode of ["ctime,size,inode", "mtime,size", "rechunk,mtime"]) {
    it(mode, () => {
      const args = ["create", "--debug-topic", "files_cache", "--files-cache", mode, "repo::two", "tree"];
      const [outcome] = twin.sameBut({ edit: sorted }, args);
      assert.match(
        outcome!.stderr,
        /^FILES-CACHE-LOAD: starting[^]*UPDATE: put [^]*FILES-CACHE-SAVE: finished, \d+ rem/,
      );
    });
  }

  it("with --log-json, and by its full name", () => {
    const withoutTimes = (text: string) => sorted(text.replaceAll(/"time": [\d.]+/g, '"time": 0'));
    const topic = ["--log-json", "--debug-topic", "borg.debug.files_cache", "--debug-topic", "other"];
    const [outcome] = twin.sameBut({ edit: withoutTimes }, ["create", ...topic, "repo::two", "tree"]);
    assert.match(outcome!.stderr, /"levelname": "DEBUG", "name": "borg\.debug\.files_cache"/);
  });

  it("is silent when nobody asked", () => {
    const [outcome] = twin.same(["create", "repo::two", "tree"]);
    assert.equal(outcome!.stderr, "");
  });

  it("and --debug what happens to repository and cache", () => {
    const shared = [
      /^Verified integrity of .*\/repo\/index\.\d+$/m,
      /^Verified integrity of .*\/repo\/hints\.\d+$/m,
      /^Verified integrity of .*\/chunks$/m,
      /^security: repository checks ok, allowing access/m,
      /^Cleaned up 0 uncommitted segment files \(== everything after segment \d+\)\.$/m,
      /^check_free_space: required bytes \d+, free bytes \d+$/m,
    ];
    for (const program of [theirs, ours]) {
      twin.same(["list", "repo"]);
      const run = (...args: string[]) => twin.sandbox.run(program, args, { base: twin.base }).stderr;
      const text = run("create", "--debug", "repo::two", "tree");
      for (const pattern of shared) assert.match(text, pattern, program.name);
      assert.doesNotMatch(text, /FILES-CACHE/);
      const compacted = run("--debug", "compact", "--threshold", "0", "repo");
      assert.match(
        compacted,
        /^compacting segment \d+ with usage count \d+ \(maybe freeable: \d+\.\d\d% \[\d+ bytes\]\)$/m,
      );
    }
  });
});
