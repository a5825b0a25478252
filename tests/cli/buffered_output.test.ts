import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BufferedOutput } from "../../src/cli/buffered_output.ts";

function setUp(collects: boolean) {
  const delivered: Uint8Array[] = [];
  return { output: new BufferedOutput((bytes) => delivered.push(bytes.slice()), collects), delivered };
}

describe("BufferedOutput", () => {
  it("collects small writes and delivers them in order", () => {
    const { output, delivered } = setUp(true);
    for (let i = 0; i < 20000; i++) output.write(`line ${i}\n`);
    output.flush();
    output.flush();
    const text = delivered.map((bytes) => new TextDecoder().decode(bytes)).join("");
    assert.equal(text, Array.from({ length: 20000 }, (_, i) => `line ${i}\n`).join(""));
    assert.ok(delivered.length < 10, `${delivered.length} writes`);
  });

  it("hands on what is larger than itself, after what came before", () => {
    const { output, delivered } = setUp(true);
    output.write("a");
    output.write(new Uint8Array(100000));
    output.write("b");
    assert.deepEqual(delivered.map(({ length }) => length), [1, 100000]);
    output.flush();
    assert.deepEqual(delivered.map(({ length }) => length), [1, 100000, 1]);
  });

  it("does not hold back anything from a terminal, and keeps raw bytes", () => {
    const { output, delivered } = setUp(false);
    output.write("caf\udce9\n");
    assert.deepEqual(delivered, [Uint8Array.of(0x63, 0x61, 0x66, 0xe9, 0x0a)]);
  });
});
