import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createContext } from "../../../src/cli/create_context.ts";
import type { CommonOptions } from "../../../src/cli/options/common.ts";
import { commonOptions } from "../common_options.ts";
import { type FakeWorld, fakeWorld } from "../fake_world.ts";

function setUp(options: Partial<CommonOptions>, columns?: number, monotonic?: () => number) {
  const world: FakeWorld = fakeWorld({ ...(columns && { columns }), ...(monotonic && { monotonic }) });
  return { world, progress: createContext(world, commonOptions({ progress: true, ...options })).progress };
}

const COUNTS = { osize: 0, csize: 0, usize: 0, nfiles: 0 };

describe("PercentProgress", () => {
  it("draws one line over and over on a terminal", () => {
    const { world, progress } = setUp({}, 60);
    const checking = progress.percent("repository.check", 14);
    checking.advance(1);
    checking.advance(1);
    checking.finish();
    const line = (text: string) => `${text.padEnd(60)}\r`;
    assert.equal(
      world.stderr.text,
      [line("Checking segments 0.0%"), line("Checking segments 7.1%"), line("")].join(""),
    );
  });

  it("shortens what is worked on so that the line never scrolls", () => {
    const { world, progress } = setUp({}, 60);
    const path =
      "src2/a-rather-long-directory-name-for-tests/and-another-one-below-it/the-file-itself-with-a-long-name.dat";
    progress.percent("extract", 3).advance(1, path);
    assert.equal(world.stderr.text, "  0.0% Extracting: src2/a-rather-lon...-with-a-long-name.dat\r");
  });

  it("is cut where even its own words do not fit", () => {
    const { world, progress } = setUp({}, 20);
    const extracting = progress.percent("extract", 3);
    extracting.announce("Calculating total archive size for the progress indicator");
    extracting.advance(1, "dir/a\nb");
    const [words, work] = world.stderr.text.split("\r");
    assert.deepEqual([words!.length, work!.length], [20, 20]);
    assert.match(words!, /^Calcula\.\.\. indicator$/);
    assert.match(work!, /^ {2}0\.0% Extracting: \.$/);
  });

  it("prints whole lines without a terminal", () => {
    const { world, progress } = setUp({});
    const checking = progress.percent("check.rebuild_refcounts", 3);
    for (let i = 0; i < 3; i++) checking.advance(1);
    checking.finish();
    assert.deepEqual(world.stderr.lines, [
      "Checking archives 0.0%",
      "Checking archives 33.3%",
      "Checking archives 66.7%",
    ]);
  });

  it("is shown again only when it has grown by its step", () => {
    const { world, progress } = setUp({});
    const deleting = progress.percent("archive.delete", 1000);
    for (let i = 0; i < 1000; i++) deleting.advance(1);
    assert.equal(world.stderr.lines.length, 100);
    assert.equal(world.stderr.lines[42], "Decrementing references  42%");
  });

  it("gives events with the fields that BorgBackup gives", () => {
    const { world, progress } = setUp({ logJson: true });
    const extracting = progress.percent("extract", 3000005);
    extracting.advance(3000000, "src/a");
    extracting.finish();
    const common = { operation: 1, msgid: "extract", type: "progress_percent", time: 1706933106.789 };
    assert.deepEqual(world.stderr.events, [
      {
        ...common,
        ...{ message: "  0.0% Extracting: src/a", current: 3000000, total: 3000005, info: ["src/a"], finished: false },
      },
      { ...common, finished: true },
    ]);
    assert.match(world.stderr.text, /^\{"message": "[^"]*", "current": /);
  });

  it("counts operations", () => {
    const { world, progress } = setUp({ logJson: true });
    progress.message("cache.commit").show("Saving files cache");
    progress.percent("repository.check", 1).advance(1);
    assert.deepEqual(world.stderr.events.map(({ operation }) => operation), [1, 2]);
    assert.equal(world.stderr.events[1]!["info"], null);
  });

  it("says nothing unless it was asked for", () => {
    const { world, progress } = setUp({ progress: false });
    const checking = progress.percent("repository.check", 14);
    checking.announce("x");
    checking.advance(1);
    checking.finish();
    progress.archive().show(COUNTS, "a");
    progress.message("m").show("x");
    assert.equal(world.stderr.text, "");
  });
});

describe("ArchiveProgress", () => {
  it("shows sizes, files and the path, or the path alone where there is no room", () => {
    for (const [columns, text] of [[60, "0 B O 0 B C 0 B D 0 N src2"], [30, "src2"]] as const) {
      const { world, progress } = setUp({}, columns);
      progress.archive().show(COUNTS, "src2");
      assert.equal(world.stderr.text, `${text.padEnd(columns)}\r`);
    }
  });

  it("is shown a few times a second at most", () => {
    let now = 0;
    const { world, progress } = setUp({}, undefined, () => now);
    const archive = progress.archive();
    for (now = 0; now < 1000; now += 50) archive.show({ ...COUNTS, nfiles: now }, "caf\udce9");
    assert.deepEqual(world.stderr.lines, [0, 200, 400, 600, 800].map((n) => `0 B O 0 B C 0 B D ${n} N caf?`));
  });

  it("gives events, of which the last has only a time", () => {
    const { world, progress } = setUp({ logJson: true });
    const archive = progress.archive();
    archive.show({ osize: 1, csize: 2, usize: 3, nfiles: 4 }, "src");
    archive.finish();
    const time = 1706933106.789;
    assert.deepEqual(world.stderr.events, [
      {
        ...{ original_size: 1, compressed_size: 2, deduplicated_size: 3, nfiles: 4, path: "src" },
        ...{ time, type: "archive_progress", finished: false },
      },
      { time, type: "archive_progress", finished: true },
    ]);
  });
});

describe("MessageProgress", () => {
  it("has events with and without a text", () => {
    const { world, progress } = setUp({ logJson: true });
    const saving = progress.message("cache.commit");
    saving.show("Saving files cache");
    saving.finish();
    const common = { operation: 1, msgid: "cache.commit", type: "progress_message", time: 1706933106.789 };
    assert.deepEqual(world.stderr.events, [
      { ...common, message: "Saving files cache", finished: false },
      { ...common, finished: true },
    ]);
  });

  it("clears a log line's way", () => {
    const { world, progress } = setUp({}, 20);
    progress.message("cache.commit").show("Saving");
    progress.log.error("no");
    assert.equal(world.stderr.text, `${"Saving".padEnd(20)}\r${" ".repeat(20)}\rno\n`);
  });
});
