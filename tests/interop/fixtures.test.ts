import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { MODE_NAMES } from "../crypto/material.ts";
import { FIXTURES, unpackFixtures } from "./borg_fixtures.ts";
import { assertSameTree, describeTree, type Description, pick, readDescriptions } from "./describe_tree.ts";
import { ours, Sandbox } from "./harness.ts";
import { requireRoot } from "./requirements.ts";

/** Which paths of the tree an archive holds. */
const WHOLE = (): boolean => true;
/** `hello.txt` was named first, so its other names, met later within `dir`, were passed over. */
const PART = (path: string): boolean => /^(hello\.txt|text-2M|dir|many)(\/|$)/.test(path) && !/\/hard\d$/.test(path);
const PART_WITHOUT_TEXT = (path: string): boolean => PART(path) && path !== "text-2M";
const ARCHIVES: Readonly<Record<string, (path: string) => boolean>> = {
  "lz4": WHOLE,
  "none": PART_WITHOUT_TEXT,
  "zstd_3": PART,
  "zlib_6": PART,
  "lzma_1": PART,
  "auto_zstd_5": PART,
  "obfuscate_3_lz4": PART,
  "fixed": (path) => path === "random-150K" || path === "sparse-20M",
  "small-chunks": (path) => path === "random-150K",
};

const ITEM_FORMAT = [
  "archiveid type mode user group uid gid path healthy source linktarget flags size csize dsize dcsize",
  "num_chunks unique_chunks mtime isomtime sha256 xxh64",
].join(" ").split(" ").map((key) => `{${key}}`).join("");

function readFixture(name: string): string {
  return readFileSync(FIXTURES + name, "utf8");
}

/** What belongs to the run and not to the repository. */
interface Answer {
  archives?: unknown;
  cache?: { path?: string };
  encryption?: { keyfile?: string };
  repository: { location?: string; last_modified?: string };
}

function withoutPlaces(json: string): Answer {
  const answer = JSON.parse(json) as Answer;
  delete answer.repository.location;
  delete answer.repository.last_modified;
  delete answer.cache?.path;
  if (answer.encryption?.keyfile !== undefined) answer.encryption.keyfile = "somewhere";
  return answer;
}

function readLines(text: string): unknown[] {
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as unknown);
}

describe("repositories of BorgBackup 1.4.5", () => {
  const sandbox = new Sandbox();
  const tree: readonly Description[] = readDescriptions(readFixture("tree.jsonl"));

  before(() => unpackFixtures(sandbox));
  after(() => sandbox.remove());

  for (const mode of MODE_NAMES) {
    describe(mode, () => {
      const repository = sandbox.path("repos", mode);

      it("checks clean", () => {
        sandbox.succeed(ours, ["check", "--verify-data", repository]);
      });

      it("is listed as BorgBackup lists it", () => {
        const listed = withoutPlaces(sandbox.succeed(ours, ["list", "--json", repository]));
        assert.deepEqual(listed, withoutPlaces(readFixture(`borg-1.4.5/${mode}.repo.json`)));
      });

      it("has the figures that BorgBackup gives", () => {
        const info = withoutPlaces(sandbox.succeed(ours, ["info", "--json", `${repository}::lz4`]));
        assert.deepEqual(info, withoutPlaces(readFixture(`borg-1.4.5/${mode}.info.json`)));
      });

      for (const [archive, holds] of Object.entries(ARCHIVES)) {
        it(`gives back the archive ${archive}`, requireRoot(), () => {
          const target = sandbox.folder("restored", mode, archive);
          sandbox.succeed(ours, ["extract", "--numeric-ids", `${repository}::${archive}`], { cwd: target });
          const expected = pick(tree, (path) => path === "." || holds(path));
          const actual = describeTree(target);
          if (holds === WHOLE) assertSameTree(actual, expected);
          else assertSameTree(actual.filter(({ path }) => path !== "."), expected.filter(({ path }) => path !== "."));
        });
      }
    });
  }

  it("lists the items as BorgBackup lists them", () => {
    const archive = `${sandbox.path("repos", "repokey")}::lz4`;
    const listed = sandbox.succeed(ours, ["list", "--json-lines", "--format", ITEM_FORMAT, archive]);
    assert.deepEqual(readLines(listed), readLines(readFixture("borg-1.4.5/repokey.list.jsonl")));
  });
});
