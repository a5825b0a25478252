import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Outcome } from "../../src/cli/outcome.ts";

function outcome(exitCodes: string | undefined, tell: (outcome: Outcome) => void): Outcome {
  const result = new Outcome(exitCodes);
  tell(result);
  return result;
}

const modern = (tell: (outcome: Outcome) => void) => outcome("modern", tell);

describe("Outcome", () => {
  it("is a success when nothing happened", () => {
    const { status, kind } = outcome(undefined, () => {});
    assert.deepEqual([status, kind], [0, "success"]);
  });

  it("knows only 0, 1, 2 and signals unless modern statuses are asked for", () => {
    for (const exitCodes of [undefined, "legacy", "", "Modern"]) {
      assert.equal(outcome(exitCodes, (it) => it.error("LockTimeout")).status, 2);
      assert.equal(outcome(exitCodes, (it) => it.warning("FileChangedWarning")).status, 1);
      assert.equal(outcome(exitCodes, (it) => it.signal("SIGTERM")).status, 143);
    }
  });

  it("tells errors apart", () => {
    assert.equal(modern((it) => it.error("LockTimeout")).status, 73);
    assert.equal(modern((it) => it.error("Something")).status, 2);
    assert.equal(modern((it) => it.failure("IncludePatternNeverMatchedWarning")).status, 101);
    assert.equal(modern((it) => it.failure("Something")).status, 2);
  });

  it("keeps the status of warnings of one kind and gives 1 for several kinds", () => {
    const twice = modern((it) => {
      it.warning("FileChangedWarning");
      it.warning("FileChangedWarning");
    });
    assert.equal(twice.status, 100);
    const mixed = modern((it) => {
      it.warning("FileChangedWarning");
      it.warning("BackupIOError");
      it.warning("BackupIOError");
    });
    assert.equal(mixed.status, 1);
    assert.equal(modern((it) => it.warning()).status, 1);
  });

  it("lets signals outweigh errors and errors warnings, and the first of a kind win", () => {
    const all = modern((it) => {
      it.warning("FileChangedWarning");
      it.error("LockTimeout");
      it.error("NotLocked");
      assert.deepEqual([it.status, it.kind], [73, "error"]);
      it.signal("SIGHUP");
      it.signal("SIGTERM");
    });
    assert.deepEqual([all.status, all.kind], [129, "signal"]);
  });

  it("hands on the status of a child", () => {
    assert.equal(modern((it) => it.child(7)).status, 7);
    const kinds = [0, 1, 2, 7, 99, 100, 127, 128, 255].map((status) =>
      outcome(undefined, (it) => it.child(status)).kind
    );
    assert.deepEqual(kinds, [
      ...["success", "warning", "error", "error", "error"],
      ...["warning", "warning", "signal", "signal"],
    ]);
  });
});
