import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { NameTable } from "../../src/mount/name_table.ts";

describe("NameTable", () => {
  it("keeps more names than it began with room for", () => {
    const table = new NameTable();
    const names = Array.from({ length: 5000 }, (_, i) => new TextEncoder().encode(`${"n".repeat(i % 60)}${i}`));
    const starts = names.map((name) => table.add(name));
    for (const [i, name] of names.entries()) assert.deepEqual(table.at(starts[i]!, name.length), name);
  });

  it("keeps one that is longer than all room there is", () => {
    const table = new NameTable();
    const [short, long] = [Uint8Array.of(1, 2), new Uint8Array(300_000).fill(7)];
    const [first, second] = [table.add(short), table.add(long)];
    assert.deepEqual(table.at(first, 2), short);
    assert.deepEqual(table.at(second, long.length), long);
  });

  it("tells names apart by length and bytes", () => {
    const table = new NameTable();
    const start = table.add(Uint8Array.of(1, 2, 3));
    assert.ok(table.isAt(start, 3, Uint8Array.of(1, 2, 3)));
    assert.ok(!table.isAt(start, 3, Uint8Array.of(1, 2)));
    assert.ok(!table.isAt(start, 3, Uint8Array.of(1, 2, 4)));
  });
});
