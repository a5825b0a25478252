import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { FAULT_KINDS, faultyUnsynced } from "./faults.ts";
import { tryInit } from "./init.ts";
import type { Machine } from "./machine.ts";
import { tryMoments } from "./power.ts";
import { kindsFor, populate, SCENARIOS } from "./scenarios.ts";

describe("a repository is as before or after the command", () => {
  let template: Machine;
  before(async () => {
    template = await populate("none");
  });
  after(() => template.remove());

  for (const [i, scenario] of SCENARIOS.entries()) {
    for (const [j, kind] of kindsFor(scenario).entries()) {
      it(`${scenario.name}, ${kind}`, async () => {
        assert.ok(
          await tryMoments(template, scenario, { kind, seed: i + 7 * j, stride: scenario.name === "check" ? 3 : 23 }) >
            0,
        );
      });
    }
  }
});

describe("the test of power cuts", () => {
  it("notices a system that does not sync", async () => {
    const template = await populate("none");
    try {
      const [create] = SCENARIOS;
      const lying = { kind: "power", seed: 0, stride: 9, makeFaulty: faultyUnsynced } as const;
      await assert.rejects(tryMoments(template, create!, lying));
    } finally {
      template.remove();
    }
  });
});

describe("a repository that is made", () => {
  for (const [i, kind] of FAULT_KINDS.entries()) {
    it(`is there or not, ${kind}`, async () => {
      assert.ok(await tryInit("none", { kind, seed: i, stride: kind === "short" ? 1 : 5 }) > 2);
    });
  }
});
