import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { toHex } from "../../../src/encoding/bytes.ts";
import {
  deleteArchives,
  type Deletion,
  forgetArchives,
  type Turns,
} from "../../../src/operations/delete/delete_archives.ts";
import { StoppedByUser } from "../../../src/operations/interrupted.ts";
import { ObjectNotFound } from "../../../src/repository/errors.ts";
import { file } from "../../archive/items.ts";
import { entriesOf } from "../../cache/open_cache.ts";
import { Stage } from "../stage.ts";

const DAMAGED = ["warning delete.damaged", "warning delete.repairNeeded"];

describe("deleting archives", () => {
  let stage: Stage;
  beforeEach(() => {
    stage = new Stage();
  });
  afterEach(() => stage.remove());

  /** Deletes, and returns the announcements. The counts must be those of a repository that never had the archives. */
  async function remove(names: readonly string[], { force = false, checkpointInterval = 0 } = {}) {
    const announced: string[] = [];
    const announce = ({ number, name, entry }: Deletion) =>
      void announced.push(`${number} ${name} ${entry !== undefined}`);
    const statistics = await stage.use(async (cached) => {
      const options = { force, checkpointInterval };
      const result = await deleteArchives(stage.host, cached, names, options, stage.reporter, turnsOf(announce));
      assert.equal(cached.cache.isCurrent, true);
      return { ...result, counts: entriesOf(cached.cache) };
    });
    return { ...statistics, announced };
  }

  /** Deletes the archive `a` when an object of the repository has been lost. */
  async function removeWithout(lost: Uint8Array, force: boolean): Promise<void> {
    await stage.use(async (cached) => {
      await stage.repository.delete(lost);
      const options = { force, checkpointInterval: 0 };
      await deleteArchives(stage.host, cached, ["a"], options, stage.reporter, turnsOf());
    });
  }

  it("takes back references and deletes what nothing refers to any more", async () => {
    const [own, shared] = [await stage.chunk("own"), await stage.chunk("shared")];
    await stage.archive("a", [[file("x", [own, shared, own])], [{ ...file("x.part", [own]), part: 1 }]]);
    await stage.archive("b", [[file("y", [shared])]]);
    const { osize, csize, osizeParts, usize, usizeParts, counts, announced } = await remove(["a"]);
    assert.deepEqual(announced, ["1 a true"]);
    assert.deepEqual([...stage.manifest.archives.keys()], ["b"]);
    await assert.rejects(stage.objects.read(own.id), ObjectNotFound);
    await stage.objects.read(shared.id);
    assert.equal(stage.repository.objects.size, 4, "manifest, archive, items, shared");
    assert.equal(counts.find((entry) => entry.startsWith(toHex(shared.id))), `${toHex(shared.id)} 1 6 ${shared.csize}`);
    assert.equal(osizeParts, -3);
    assert.equal(usizeParts, -own.csize, "the last reference was the part's");
    assert.ok(osize < -12 && usize < 0 && csize <= usize, "metadata counts as well");
  });

  it("finds an archive that is named twice only once", async () => {
    await stage.archive("a", [[file("x")]]);
    assert.deepEqual((await remove(["a", "b", "a"])).announced, ["1 a true", "2 b false", "3 a false"]);
    assert.deepEqual(stage.reporter.told, []);
  });

  it("leaves a damaged archive alone unless it is forced", async () => {
    const chunk = await stage.chunk("content");
    await stage.archive("a", [[file("x", [chunk])]]);
    await assert.rejects(removeWithout(chunk.id, false), ObjectNotFound);
    assert.equal(stage.manifest.archives.has("a"), true);
  });

  it("frees what is left around missing chunks when forced", async () => {
    const [lost, kept] = [await stage.chunk("lost"), await stage.chunk("kept")];
    await stage.archive("a", [[file("x", [lost, kept])]]);
    await removeWithout(lost.id, true);
    assert.equal(stage.repository.objects.size, 1, "the manifest");
    assert.deepEqual(stage.reporter.told, DAMAGED);
  });

  it("frees what is left behind a missing part of the item list when forced", async () => {
    const [first, last] = [await stage.chunk("first"), await stage.chunk("last")];
    const [items] = await stage.archive("a", [[file("x", [first])], [file("y", [last])]]);
    await removeWithout(items!, true);
    await assert.rejects(stage.objects.read(last.id), ObjectNotFound);
    await stage.objects.read(first.id);
    assert.deepEqual(stage.reporter.told, DAMAGED);
  });

  it("takes an archive off the list whose metadata is lost when forced", async () => {
    await stage.archive("a", [[file("x")]]);
    await removeWithout(stage.manifest.entry("a").id, true);
    assert.equal(stage.manifest.archives.size, 0);
    assert.deepEqual(stage.reporter.told, DAMAGED);
  });

  it("commits in intervals, and at the end if anything was deleted", async () => {
    let commits = 0;
    stage.repository.commit = () => Promise.resolve(void commits++);
    for (const name of ["a", "b", "c"]) await stage.archive(name, [[file(name)]]);
    await stage.use(async (cached) => {
      const options = { force: false, checkpointInterval: 10 };
      const announce = () => void (stage.time += 6000);
      await deleteArchives(stage.host, cached, ["a", "b", "c"], options, stage.reporter, turnsOf(announce));
      assert.equal(commits, 2);
      await deleteArchives(stage.host, cached, ["missing"], options, stage.reporter, turnsOf(announce));
      assert.equal(commits, 2);
    });
  });

  it("completes the archive under way when it is asked to stop", async () => {
    for (const name of ["a", "b"]) await stage.archive(name, [[file(name)]]);
    await stage.use(async (cached) => {
      const options = { force: false, checkpointInterval: 0 };
      const run = deleteArchives(
        stage.host,
        cached,
        ["a", "b"],
        options,
        stage.reporter,
        turnsOf(() => stage.stop.abort()),
      );
      await assert.rejects(run, StoppedByUser);
      assert.equal(cached.cache.isCurrent, true, "committed");
    });
    assert.deepEqual([...stage.manifest.archives.keys()], ["b"]);
  });

  it("can do without looking at the archives", async () => {
    await stage.archive("a", [[file("x")]]);
    const objects = stage.repository.objects.size;
    const announced: Deletion[] = [];
    await stage.use(async (cached) => {
      assert.equal(await forgetArchives(cached, ["b", "a", "a"], (deletion) => void announced.push(deletion)), 1);
    });
    assert.deepEqual(announced.map(({ entry }) => entry !== undefined), [false, true, false]);
    assert.equal(stage.manifest.archives.size, 0);
    assert.equal(stage.repository.objects.size, objects + 1, "all but the manifest is as it was");
  });
});

function turnsOf(next: Turns["next"] = () => {}): Turns {
  return { next, end: () => {} };
}
