import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { type ArchiveDescription, describeArchives } from "../../src/operations/describe_archives.ts";
import { repositorySums } from "../../src/operations/repository_sums.ts";
import { file } from "../archive/items.ts";
import { Stage } from "./stage.ts";

describe("describeArchives", () => {
  let stage: Stage;
  beforeEach(() => {
    stage = new Stage();
  });
  afterEach(() => stage.remove());

  async function about(...names: string[]): Promise<ArchiveDescription[]> {
    return await stage.use(async (cached) => {
      const found: ArchiveDescription[] = [];
      const archives = names.map((name) => ({ name, ...cached.manifest.entry(name) }));
      for await (const each of describeArchives(stage.host, cached, archives, stage.reporter)) found.push(each);
      return found;
    });
  }

  it("counts contents as deduplicated that no other archive has, each chunk once, metadata not at all", async () => {
    const [own, shared] = [await stage.chunk("own"), await stage.chunk("shared")];
    await stage.archive("a", [[file("x", [own, own, shared])], [{ ...file("x.part", [own]), part: 1 }]]);
    await stage.archive("b", [[file("x", [shared])]]);
    const [a, b] = await about("a", "b");
    assert.equal(a!.deduplicatedSize, own.csize);
    assert.equal(b!.deduplicatedSize, 0);
    assert.ok(a!.utilization > 0 && a!.utilization < 0.001);
  });

  it("takes sums and times from the metadata", async () => {
    const sums = { size: 1, csize: 2, nfiles: 3, sizeParts: 4, csizeParts: 5, nfilesParts: 6 };
    await stage.archive("a", [[file("x")]], { ...sums, timeEnd: "2024-01-01T00:00:01.500000" });
    const [a] = await about("a");
    assert.deepEqual(a!.sums, sums);
    assert.equal(a!.end - a!.start, 1_500_000n);
  });

  it("counts what old archives do not tell", async () => {
    const chunk = await stage.chunk("content");
    const { size, csize } = chunk;
    await stage.archive("old", [[file("x", [chunk]), file("d"), { ...file("x.part", [chunk]), part: 1 }]], {});
    const [old] = await about("old");
    assert.deepEqual(old!.sums, { size, csize, nfiles: 1, sizeParts: size, csizeParts: csize, nfilesParts: 1 });
    assert.equal(old!.end, old!.start);
    await stage.use(async (cached) => {
      const all = await repositorySums(stage.host, cached);
      assert.deepEqual(all.archives, { totalSize: size, totalCsize: csize });
      const withParts = await repositorySums(stage.host, cached, true);
      assert.deepEqual(withParts.archives, { totalSize: 2 * size, totalCsize: 2 * csize });
    });
  });
});
