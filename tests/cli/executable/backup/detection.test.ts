import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ours } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { Pair, statuses } from "./pair.ts";
import { shell } from "./tree.ts";

const MODES = [
  "inode,size,ctime",
  "mtime,size,inode",
  "ctime,size",
  "size,mtime",
  "size",
  "rechunk,ctime",
  "mtime,rechunk",
  "disabled",
] as const;

/** What happens to a file between two backups, by the name of the file. */
const CHANGES = {
  nothing: ":",
  mode: "chmod 600 mode",
  touched: "touch -d 2002-02-02 touched",
  restamped: "echo abcdefg >restamped; touch -d 2001-01-01 restamped",
  moved: "cp -p moved copy; mv copy moved",
  longer: "echo more >>longer",
  renamed: "mv renamed other-name",
};

describe("unchanged files are told as BorgBackup tells them", requirePeer("borg"), () => {
  let pair: Pair;
  before(() => pair = new Pair());
  after(() => {
    pair.verify();
    pair.remove();
  });

  for (const mode of MODES) {
    it(`with --files-cache ${mode}`, () => {
      shell(
        pair.source,
        `rm -rf tree; mkdir tree; cd tree; for name in ${
          Object.keys(CHANGES).join(" ")
        }; do echo $name: 12345 >$name; done
         printf 1234567 >restamped; echo >>restamped; touch -d 2001-01-01 *; sleep 0.02; touch ../newest`,
      );
      const create = (name: string) => {
        const [archive, options, paths] = [`${mode}-${name}`.replaceAll(",", "."), ["--files-cache", mode], [
          "tree",
          "newest",
        ]];
        // BorgBackup 1.2 breaks down in this mode.
        if (mode === "size") {
          return statuses(pair.run(ours, ["create", "--list", ...options, `@::${archive}`, ...paths]));
        }
        if (name === "second") return statuses(pair.create(archive, options, paths));
        return statuses(pair.same(["create", "--list", ...options, `@::${archive}`, ...paths]));
      };
      create("first");
      shell(pair.source, `cd tree; ${Object.values(CHANGES).join("; ")}; cd ..; sleep 0.02; touch newest`);
      const second = create("second");
      assert.equal(second["newest"] === "U", false);
      assert.equal(second["tree/nothing"], /rechunk|disabled/.test(mode) ? "A" : "U", JSON.stringify(second));
      assert.notEqual(second["tree/longer"], "U");
      assert.equal(create("third")["tree/longer"], /rechunk|disabled/.test(mode) ? "A" : "U");
    });
  }

  it("shows the newest files as added each time, until there are newer ones", () => {
    shell(pair.source, "mkdir new; echo 1 >new/old; sleep 0.05; echo 2 >new/young");
    const seen = ["one", "two", "three"].map((name) => {
      if (name === "three") shell(pair.source, "sleep 0.05; echo 3 >new/younger");
      return statuses(pair.create(`newest-${name}`, [], ["new"]));
    });
    assert.deepEqual(seen.map((listed) => [listed["new/old"], listed["new/young"], listed["new/younger"]]), [
      ["A", "A", undefined],
      ["U", "A", undefined],
      ["U", "A", "A"],
    ]);
    assert.equal(statuses(pair.create("newest-four", [], ["new"]))["new/young"], "U");
  });

  it("knows a file by its absolute path, wherever it is backed up from", () => {
    shell(pair.source, "mkdir -p far/away; echo 1 >far/away/file; sleep 0.05; echo 2 >newest");
    pair.create("path-one", [], ["far/away", "newest"]);
    const listed = statuses(pair.create("path-two", [], [`${pair.source}/far/away`, "./far/../newest"]));
    assert.equal(listed[`${pair.source}/far/away/file`], "U");
  });
});
