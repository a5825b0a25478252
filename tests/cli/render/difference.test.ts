import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Item } from "../../../src/archive/item.ts";
import { differenceJson, differenceText } from "../../../src/cli/render/difference.ts";
import type { Change } from "../../../src/operations/diff/difference.ts";

const ITEM: Item = { path: "p", mode: 0o100644, uid: 0, gid: 0, user: "me", group: "us", mtime: 0n };

function text(...changes: Change[]): string {
  return differenceText({ path: "p", before: ITEM, after: ITEM, changes });
}

function json(...changes: Change[]): unknown {
  return JSON.parse(differenceJson({ path: "p", before: ITEM, after: ITEM, changes })).changes;
}

describe("differences as text", () => {
  const cases: [expected: string, changes: Change[]][] = [
    ["     +5 B      -4 B p", [{ type: "modified", added: 5, removed: 4 }]],
    ["+366.2 kB -366.2 kB p", [{ type: "modified", added: 366226, removed: 366224 }]],
    ["     +1 B       0 B p", [{ type: "modified", added: 1, removed: 0 }]],
    ["modified            p", [{ type: "modified" }]],
    ["added      12.35 MB p", [{ type: "added", size: 12345678 }]],
    ["removed         2 B p", [{ type: "removed", size: 2 }]],
    ["added directory     p", [{ type: "added directory" }]],
    ["                    p", []],
    ["[me:us -> None:None] p", [{ type: "owner", before: ITEM, after: { ...ITEM, user: null, group: null } }]],
    [
      "[-rw-r--r-- -> -rw-------] p",
      [{ type: "modified", added: 0, removed: 0 }, { type: "mode", before: 0o100644, after: 0o100600 }],
    ],
  ];
  for (const [expected, changes] of cases) it(expected, () => assert.equal(text(...changes), expected));
});

describe("differences as JSON", () => {
  it("have their keys in order", () => {
    const changes: Change[] = [{ type: "modified", added: 1, removed: 2 }];
    const line = differenceJson({ path: "p\udcff", before: ITEM, after: ITEM, changes });
    assert.equal(line, '{"changes": [{"added": 1, "removed": 2, "type": "modified"}], "path": "p?"}');
  });

  it("leave out contents that are the same", () => {
    assert.deepEqual(json({ type: "modified", added: 0, removed: 0 }, { type: "changed link" }), [
      { type: "changed link" },
    ]);
    assert.deepEqual(json({ type: "modified" }), [{ type: "modified" }]);
  });

  it("show modes and owners", () => {
    assert.deepEqual(json({ type: "mode", before: 0o40755, after: 0o120777 }), [
      { type: "mode", old_mode: "drwxr-xr-x", new_mode: "lrwxrwxrwx" },
    ]);
    assert.deepEqual(json({ type: "owner", before: ITEM, after: { ...ITEM, user: null } }), [
      { type: "owner", old_user: "me", old_group: "us", new_user: null, new_group: "us" },
    ]);
  });
});
