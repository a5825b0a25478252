import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { andAlso, andThen, eventuallyClosing } from "../../src/operations/eventually.ts";

describe("work that need not wait", () => {
  it("goes on at once, and gives no promise", () => {
    const steps: string[] = [];
    const step = (name: string) => void steps.push(name);
    assert.equal(andAlso(undefined, () => step("also") as undefined), undefined);
    assert.equal(andThen(7, (value) => step(`then ${value}`) as undefined), undefined);
    assert.equal(eventuallyClosing(() => 5, () => step("closed")), 5);
    assert.deepEqual(steps, ["also", "then 7", "closed"]);
  });

  it("comes after what has to be waited for", async () => {
    const steps: string[] = [];
    const step = (name: string) => void steps.push(name);
    const first = Promise.resolve().then(() => step("first"));
    await andAlso(first, () => step("also") as undefined);
    await andThen(Promise.resolve(7), (value) => step(`then ${value}`) as undefined);
    const closing = eventuallyClosing(() => Promise.resolve(5), () => step("closed"));
    step("not yet");
    assert.equal(await closing, 5);
    assert.deepEqual(steps, ["first", "also", "then 7", "not yet", "closed"]);
  });

  it("closes once when it fails, now or later", async () => {
    let closed = 0;
    const fail = () => {
      throw new Error("failed");
    };
    assert.throws(() => eventuallyClosing(fail, () => closed++), /failed/);
    await assert.rejects(
      async () => await eventuallyClosing(() => Promise.resolve().then(fail), () => closed++),
      /failed/,
    );
    assert.equal(closed, 2);
  });
});
