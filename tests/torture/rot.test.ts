import { describe, it } from "node:test";
import type { ModeName } from "../../src/crypto/modes.ts";
import { MUTATIONS } from "./mutations.ts";
import { tryRot } from "./rot.ts";
import { populate } from "./scenarios.ts";
import { readState } from "./state.ts";

const MODES: readonly ModeName[] = ["none", "authenticated"];
const TIMES = 1;

describe("rot is noticed, and a repair keeps what is whole", () => {
  for (const [i, mode] of MODES.entries()) {
    it(`in mode ${mode}`, async () => {
      const template = await populate(mode);
      try {
        const original = await readState(template);
        for (const name of Object.keys(MUTATIONS)) {
          for (let seed = 0; seed < TIMES; seed++) {
            await tryRot(template, original, name, 100 * i + seed);
          }
        }
      } finally {
        template.remove();
      }
    });
  }
});
