import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { nodeFiles } from "../../../src/repository/local/node_files.ts";
import { withScratch } from "../scratch.ts";

/** Claims to be a page long and gives less: what a read that is cut short looks like. */
const LYING = "/sys/kernel/mm/transparent_hugepage/enabled";

function readAt(path: string, length: number, position: number): number {
  const handle = nodeFiles.open(path, "read");
  try {
    return nodeFiles.read(handle, new Uint8Array(length), position);
  } finally {
    nodeFiles.close(handle);
  }
}

describe("free space", () => {
  it("is what df tells", () => {
    const available = Number(
      execFileSync("df", ["--output=avail", "-B1", "/tmp"], { encoding: "utf8" }).split("\n")[1],
    );
    assert.ok(Math.abs(nodeFiles.freeSpace("/tmp") - available) < 1e9);
    assert.throws(() => nodeFiles.freeSpace("/nonexistent"), { code: "ENOENT" });
  });
});

describe("reading files", () => {
  it("gives less than asked at the end of the file", () =>
    withScratch((path) => {
      const file = join(path, "file");
      writeFileSync(file, "0123456789");
      assert.deepEqual([readAt(file, 20, 4), readAt(file, 20, 10), readAt(file, 20, 30)], [6, 0, 0]);
    }));

  it("fails when less can be read than there is", () => {
    if (!existsSync(LYING)) return console.log(`SKIP no file that lies about its length: ${LYING}`);
    assert.throws(() => readAt(LYING, 4096, 0), { code: "EIO" });
  });
});
