import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { buildKernels, storedKernels } from "../../scripts/wasm.ts";

describe("wasm/generated.ts", () => {
  it("is what wasm/assembly gives", async () => {
    assert.equal(await buildKernels(), storedKernels());
  });
});
