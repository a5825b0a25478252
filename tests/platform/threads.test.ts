import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Worker } from "node:worker_threads";
import { countWrongErrors } from "./children/failing_calls.ts";

describe("threads", () => {
  it("each see their own error numbers", async () => {
    const workers = [1, 2].map(() => new Worker(new URL("./children/failing_calls.ts", import.meta.url)));
    const answers = workers.map((worker) =>
      new Promise((resolve, reject) => {
        worker.once("message", resolve);
        worker.once("error", reject);
      })
    );
    const own = countWrongErrors(2000);
    assert.deepEqual([own, ...await Promise.all(answers)], [0, 0, 0]);
    await Promise.all(workers.map((worker) => worker.terminate()));
  });
});
