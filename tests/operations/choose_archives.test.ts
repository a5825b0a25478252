import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { chooseArchives } from "../../src/operations/choose_archives.ts";
import { idOf } from "../archive/items.ts";

const NAMES = ["b", "a.checkpoint", "a", "b.checkpointed", "c.checkpoint.3"];
const MANIFEST = {
  archives: new Map(NAMES.map((name, i) => [name, { id: idOf(i), time: `2024-01-0${i + 1}T00:00:00.000000` }])),
};

function names(...options: [filter: Parameters<typeof chooseArchives>[1], checkpoints?: boolean]): string[] {
  return chooseArchives(MANIFEST, ...options).map(({ name }) => name);
}

describe("chooseArchives", () => {
  it("sorts and limits", () => {
    assert.deepEqual(names({ sortBy: ["timestamp"], last: 2 }), ["b.checkpointed", "c.checkpoint.3"]);
    assert.deepEqual(names({ sortBy: ["name"], first: 2 }), ["a", "a.checkpoint"]);
  });

  it("leaves out everything that mentions checkpoints before it counts", () => {
    assert.deepEqual(names({ sortBy: ["timestamp"], last: 1 }, false), ["a"]);
    assert.deepEqual(names({ glob: "*3" }, false), []);
  });
});
