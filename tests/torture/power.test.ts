import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { FAULT_KINDS, faultyUnsynced } from "./faults.ts";
import type { Machine } from "./machine.ts";
import { tryMoments } from "./power.ts";
import { populate, SCENARIOS } from "./scenarios.ts";

describe("a repository is as before or after the command", () => {
  let template: Machine;
  before(async () => {
    template = await populate("none");
  });
  after(() => template.remove());

  for (const [i, scenario] of SCENARIOS.entries()) {
    for (const [j, kind] of FAULT_KINDS.entries()) {
      it(`${scenario.name}, ${kind}`, async () => {
        assert.ok(await tryMoments(template, scenario, { kind, seed: i + 7 * j, stride: 23 }) > 0);
      });
    }
  }
});
void faultyUnsynced;
