import { after, before, describe, it } from "node:test";
import { allRemains, tryRemains } from "./cache.ts";
import type { Machine } from "./machine.ts";
import { populate } from "./scenarios.ts";

describe("a cache after a power cut during its commit", () => {
  let template: Machine;
  before(async () => {
    template = await populate("none");
  });
  after(() => template.remove());

  it("counts what there is", async () => {
    await tryRemains(template, allRemains().filter((_, i) => i % 7 === 0));
  });
});
