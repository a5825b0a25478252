import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { MODES } from "../../src/crypto/modes.ts";
import type { ModeName } from "../../src/crypto/modes.ts";
import { FAULT_KINDS, type FaultKind, faultyUnsynced } from "./faults.ts";
import { tryInit } from "./init.ts";
import type { Machine } from "./machine.ts";
import { tryMoments } from "./power.ts";
import { kindsFor, populate, type Scenario, SCENARIOS } from "./scenarios.ts";

const KEYED = MODES.map(({ name }) => name as ModeName).filter((name) => name !== "none");

describe("a repository is as before or after the command", () => {
  let template: Machine;
  before(async () => {
    template = await populate("none");
  });
  after(() => template.remove());

  for (const [i, scenario] of SCENARIOS.entries()) {
    for (const kind of kindsFor(scenario)) {
      it(`${scenario.name}, ${kind}`, async () => {
        assert.ok(
          await tryMoments(template, scenario, { kind, seed: i, stride: strideOf(scenario, kind) }) >
            0,
        );
      });
    }
  }
});

describe("a repository with a key is as before or after the command", () => {
  for (const [i, mode] of KEYED.entries()) {
    it(`in mode ${mode}`, async () => {
      const template = await populate(mode);
      try {
        const scenario = SCENARIOS[i % SCENARIOS.length]!;
        for (const kind of ["power", "kill"] as const) {
          assert.ok(await tryMoments(template, scenario, { kind, seed: i, stride: 53 }) > 0);
        }
      } finally {
        template.remove();
      }
    });
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

/** A few moments of each: a check changes little, and reads much. */
function strideOf({ name }: Scenario, kind: FaultKind): number {
  return name === "check" && kind !== "short" ? 4 : 37;
}
