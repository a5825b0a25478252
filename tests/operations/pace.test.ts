import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Host } from "../../src/operations/host.ts";
import { paceOf } from "../../src/operations/pace.ts";

describe("paceOf", () => {
  it("looks up from the work every now and then", async () => {
    let time = 0;
    let looks = 0;
    const pace = paceOf({ monotonic: () => time, checkAbort: () => void looks++ } as Host);
    for (; time < 1000; time += 10) await pace();
    assert.ok(looks >= 15 && looks <= 20, String(looks));
  });

  it("lets others in, who may end the run", async () => {
    let time = 0;
    let aborted = false;
    setTimeout(() => aborted = true, 0);
    const checkAbort = () => {
      if (aborted) throw new Error("aborted");
    };
    const pace = paceOf({ monotonic: () => time += 1000, checkAbort } as Host);
    await assert.rejects(async () => {
      for (let i = 0; i < 1000; i++) await pace();
    }, /aborted/);
  });
});
