import assert from "node:assert/strict";
import { linkSync, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Source, Visitor } from "../../../src/operations/create/source.ts";
import { Walk, type WalkRules } from "../../../src/operations/create/walk.ts";
import { BackupError } from "../../../src/operations/problems.ts";
import { stat } from "../../../src/platform/stat.ts";
import { PatternMatcher } from "../../../src/selection/matcher.ts";
import { parsePattern } from "../../../src/selection/pattern.ts";
import { withTemporary } from "../../platform/temporary.ts";
import { RecordingReporter } from "../recording_reporter.ts";

/** Notes what the walk comes to; `action` may throw. */
class Notes implements Visitor {
  readonly seen: string[] = [];

  constructor(private readonly action: (path: string) => void = () => {}) {}

  directory({ path }: Source): Promise<string> {
    return this.#note(path, "d");
  }

  other({ path }: Source): Promise<string> {
    return this.#note(path, "A");
  }

  async #note(path: string, status: string): Promise<string> {
    await Promise.resolve();
    this.seen.push(path);
    this.action(path);
    return status;
  }
}

function rules(change: Partial<WalkRules> = {}): WalkRules {
  const tags = { caches: false, names: [], keep: false };
  const marks = { nodump: false, dataless: false };
  return { matcher: new PatternMatcher(true), tags, marks, skip: [], oneFileSystem: false, ...change };
}

function excluding(text: string, recurse: boolean): PatternMatcher {
  const matcher = new PatternMatcher(true);
  matcher.addPatterns([{ pattern: parsePattern(text, "sh"), verdict: "exclude", recurse }]);
  return matcher;
}

/** A tree; gives the names of `many` in the order of their inode numbers. */
function plant(root: string): string[] {
  for (const name of ["many", "cache", "tagged"]) mkdirSync(join(root, name));
  for (const name of ["c", "a", "d", "b"]) writeFileSync(join(root, "many", name), name);
  linkSync(join(root, "many", "a"), join(root, "many", "e"));
  writeFileSync(join(root, "cache", "CACHEDIR.TAG"), "Signature: 8a477f597d28d172789f06886806bc55\nmore");
  writeFileSync(join(root, "cache", "x"), "x");
  writeFileSync(join(root, "tagged", ".nobackup"), "");
  writeFileSync(join(root, "tagged", "y"), "y");
  const inode = (name: string) => lstatSync(join(root, "many", name), { bigint: true }).ino;
  return ["a", "b", "c", "d"].sort((x, y) => (inode(x) < inode(y) ? -1 : 1));
}

async function walk(root: string, change: Partial<WalkRules> = {}, notes = new Notes(), ...roots: string[]) {
  const reporter = new RecordingReporter();
  const walk = new Walk(rules(change), notes, reporter, () => {});
  for (const path of roots.length > 0 ? roots : [root]) await walk.root(path, "");
  return { reporter, seen: notes.seen.map((path) => path.slice(root.length + 1)) };
}

describe("a walk", () => {
  it("goes by inode numbers inside a directory, parents first in items and last in statuses", () =>
    withTemporary(async (root) => {
      const order = plant(root);
      const { seen, reporter } = await walk(root, {}, new Notes(), join(root, "many"));
      assert.deepEqual(seen.filter((path) => !path.endsWith("/e")), ["many", ...order.map((name) => `many/${name}`)]);
      assert.ok(Math.abs(seen.indexOf("many/a") - seen.indexOf("many/e")) === 1, "names of one file stay together");
      assert.equal(reporter.statuses.at(-1), `d ${join(root, "many")}`);
    }));

  it("comes to each root once, and to nothing that is to be skipped", () =>
    withTemporary(async (root) => {
      plant(root);
      const skip = [stat(join(root, "cache"))];
      const { seen } = await walk(root, { skip }, new Notes(), join(root, "tagged"), root, root);
      assert.equal(seen.filter((path) => path.startsWith("tagged")).length, 3);
      assert.equal(seen.some((path) => path.startsWith("cache")), false);
    }));

  it("leaves out what patterns exclude, and what is below unless it is searched", () =>
    withTemporary(async (root) => {
      plant(root);
      const shut = await walk(root, { matcher: excluding("**/many", false) });
      assert.equal(shut.seen.some((path) => path.startsWith("many")), false);
      assert.deepEqual(shut.reporter.statuses.filter((status) => status.startsWith("x")), [`x ${join(root, "many")}`]);
      const searched = await walk(root, { matcher: excluding("**/many", true) });
      assert.equal(searched.reporter.statuses.filter((status) => status.startsWith("x")).length, 6);
    }));

  it("finds tags", () =>
    withTemporary(async (root) => {
      plant(root);
      const tags = { caches: true, names: [".nobackup"], keep: false };
      const { seen, reporter } = await walk(root, { tags });
      assert.equal(seen.some((path) => /^(cache|tagged)/.test(path)), false);
      assert.ok(reporter.statuses.includes(`x ${join(root, "cache")}`));
      const kept = await walk(root, { tags: { ...tags, keep: true } });
      const inside = kept.seen.filter((path) => /^(cache|tagged)/.test(path)).sort();
      assert.deepEqual(inside, ["cache", "cache/CACHEDIR.TAG", "tagged", "tagged/.nobackup"]);
    }));

  it("takes a CACHEDIR.TAG with other contents for a file", () =>
    withTemporary(async (root) => {
      plant(root);
      writeFileSync(join(root, "cache", "CACHEDIR.TAG"), "Signature: something else, which is as long as it");
      const { seen } = await walk(root, { tags: { caches: true, names: [], keep: false } });
      assert.ok(seen.includes("cache/x"));
    }));

  it("reports problems of one object and goes on", () =>
    withTemporary(async (root) => {
      plant(root);
      const notes = new Notes((path) => {
        if (path.endsWith("/a")) throw new BackupError("no");
      });
      const { reporter } = await walk(root, {}, notes);
      assert.deepEqual(reporter.warnings, [`BackupError ${join(root, "many/a")}`]);
      assert.ok(reporter.statuses.includes(`E ${join(root, "many/a")}`));
      assert.ok(reporter.statuses.includes(`A ${join(root, "many/c")}`));
    }));

  it("ends with any other error", () =>
    withTemporary(async (root) => {
      plant(root);
      const broken = new Notes(() => {
        throw new TypeError("a fault of ours");
      });
      await assert.rejects(walk(root, {}, broken), TypeError);
    }));

  it("warns of a root that is missing, without a status, and of what vanishes meanwhile, with one", () =>
    withTemporary(async (root) => {
      plant(root);
      const gone = join(root, "gone");
      const missing = await walk(root, {}, new Notes(), gone);
      assert.deepEqual([missing.reporter.warnings, missing.reporter.statuses], [
        [`BackupFileNotFoundError ${gone}`],
        [],
      ]);
      const first = join(root, "many");
      const notes = new Notes((path) => {
        if (path === first) { for (const name of ["a", "b", "c", "d"]) rmSync(join(root, "many", name)); }
      });
      // The directory has been opened but not listed: what it held is simply not there any more, but for the other name.
      const { seen } = await walk(root, {}, notes, first);
      assert.deepEqual(seen, ["many", "many/e"]);
    }));

  it("does not follow links, not even as roots", () =>
    withTemporary(async (root) => {
      plant(root);
      symlinkSync("many", join(root, "link"));
      const { seen } = await walk(root, {}, new Notes(), join(root, "link"));
      assert.deepEqual(seen, ["link"]);
    }));

  it("looks at single paths without going into directories", () =>
    withTemporary(async (root) => {
      plant(root);
      const notes = new Notes();
      const reporter = new RecordingReporter();
      const single = new Walk(rules({ matcher: excluding("**", false) }), notes, reporter, () => {});
      for (const name of ["many", "many/a", "gone"]) await single.single(join(root, name), "");
      assert.deepEqual(notes.seen.map((path) => path.slice(root.length + 1)), ["many", "many/a"]);
      assert.equal(reporter.statuses.at(-1), `E ${join(root, "gone")}`);
    }));
});
