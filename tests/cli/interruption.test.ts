import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Interrupted, Interruption } from "../../src/cli/interruption.ts";

describe("Interruption", () => {
  it("ends work at once", () => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      const interruption = new Interruption();
      interruption.receive(signal);
      assert.equal(interruption.soon.aborted, false);
      assert.throws(() => interruption.now.throwIfAborted(), (error) => {
        assert.ok(error instanceof Interrupted);
        assert.equal(error.signal, signal);
        return true;
      });
    }
  });

  it("lets the first Ctrl-C ask for a good end where there is one", () => {
    const interruption = new Interruption();
    interruption.allowGoodEnd();
    interruption.receive("SIGINT");
    assert.deepEqual([interruption.soon.aborted, interruption.now.aborted], [true, false]);
    interruption.receive("SIGINT");
    assert.equal(interruption.now.aborted, true);
  });

  it("does not wait for a good end when told to terminate", () => {
    const interruption = new Interruption();
    interruption.allowGoodEnd();
    interruption.receive("SIGTERM");
    assert.deepEqual([interruption.soon.aborted, interruption.now.aborted], [false, true]);
  });
});
