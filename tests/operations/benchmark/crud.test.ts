import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { measurementLine } from "../../../src/cli/commands/benchmark_crud.ts";
import { benchmark, type Laboratory, type Measurement } from "../../../src/operations/benchmark/crud.ts";
import { SAMPLES } from "../../../src/operations/benchmark/sample.ts";

const TINY = [{ name: "Z-T", count: 3, size: 5, random: false }, { name: "R-T", count: 2, size: 64, random: true }];

/** A laboratory whose commands write down what they are asked, and take a second each. */
class Notebook implements Laboratory {
  readonly path = mkdtempSync(join(tmpdir(), "vinculum-test-"));
  readonly notes: string[] = [];
  readonly contents: Buffer[] = [];
  #time = 0;

  readonly commands = {
    create: (archive: string, path: string, { filesCache }: { filesCache: boolean }) => {
      for (const name of readdirSync(path).sort()) this.contents.push(readFileSync(join(path, name)));
      return this.#note(`create ${archive} ${path.slice(this.path.length)}${filesCache ? " cached" : ""}`);
    },
    extract: (archive: string) => this.#note(`extract ${archive}`),
    remove: (archive: string) => this.#note(`remove ${archive}`),
  };

  monotonic = () => this.#time;
  checkAbort = () => {};

  #note(text: string): Promise<void> {
    this.#time += 1000 * (this.notes.push(text) % 7);
    return Promise.resolve();
  }
}

async function inNotebook(use: (notebook: Notebook) => Promise<void>): Promise<void> {
  const notebook = new Notebook();
  try {
    await use(notebook);
  } finally {
    rmSync(notebook.path, { recursive: true });
  }
}

describe("the benchmark", () => {
  it("measures each sample, and leaves nothing", () =>
    inNotebook(async (notebook) => {
      const found: Measurement[] = [];
      for await (const measurement of benchmark(notebook, TINY)) found.push(measurement);
      assert.deepEqual(
        found.map(({ verb, sample: { name }, seconds }) => `${verb}-${name} ${seconds}`),
        ["C-Z-T 1", "R-Z-T 2", "U-Z-T 5", "D-Z-T 0", "C-R-T 1", "R-R-T 2", "U-R-T 5", "D-R-T 0"],
      );
      assert.deepEqual(notebook.notes.slice(0, 7), [
        "create borg-benchmark-crud1 /borg-test-data",
        "extract borg-benchmark-crud1",
        "create borg-benchmark-crud2 /borg-test-data cached",
        "remove borg-benchmark-crud2",
        "create borg-benchmark-crud3 /borg-test-data cached",
        "remove borg-benchmark-crud3",
        "remove borg-benchmark-crud1",
      ]);
      assert.deepEqual(readdirSync(notebook.path), []);
      assert.deepEqual(
        notebook.contents.slice(0, 3).map((content) => content.toString("hex")),
        Array(3).fill("0000000000"),
      );
      const [one, other] = notebook.contents.slice(-2);
      assert.deepEqual([one!.length, other!.length, one!.equals(other!)], [64, 64, false]);
    }));

  it("removes its files when something fails", () =>
    inNotebook(async (notebook) => {
      notebook.commands.extract = () => Promise.reject(new Error("broken"));
      const all = async () => {
        for await (const _ of benchmark(notebook, TINY)) { /* goes on until it fails */ }
      };
      await assert.rejects(all(), /broken/);
      assert.deepEqual(readdirSync(notebook.path), []);
    }));

  it("leaves alone what is there already", () =>
    inNotebook(async (notebook) => {
      mkdirSync(join(notebook.path, "borg-test-data"));
      await assert.rejects(benchmark(notebook, TINY).next(), { code: "EEXIST" });
      assert.deepEqual(readdirSync(notebook.path), ["borg-test-data"]);
    }));

  it("has the samples and lines of BorgBackup", () => {
    const lines = SAMPLES.map((sample) => measurementLine({ verb: "C", sample, seconds: 5.724 }));
    assert.deepEqual(lines.slice(0, 3), [
      "C-Z-BIG         174.70 MB/s (10 * 100.00 MB all-zero files: 5.72s)",
      "C-R-BIG         174.70 MB/s (10 * 100.00 MB random files: 5.72s)",
      "C-Z-MEDIUM      174.70 MB/s (1000 * 1.00 MB all-zero files: 5.72s)",
    ]);
    assert.equal(
      measurementLine({ verb: "D", sample: SAMPLES[5]!, seconds: 0.002 }),
      "D-R-SMALL     50000.00 MB/s (10000 * 10.00 kB random files: 0.00s)",
    );
  });
});
