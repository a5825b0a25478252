import { describe, it } from "node:test";
import { MODES } from "../../src/crypto/modes.ts";
import type { ModeName } from "../../src/crypto/modes.ts";
import { MUTATIONS } from "./mutations.ts";
import { tryRot } from "./rot.ts";
import { populate } from "./scenarios.ts";
import { readState } from "./state.ts";

/** In modes with a key some of them are tried, and what only the key can find out. */
const OTHERS = 8;
const FORGERIES = 2;

describe("rot is noticed, and a repair keeps what is whole", () => {
  for (const [i, { name: mode }] of MODES.entries()) {
    it(`in mode ${mode}`, async () => {
      const template = await populate(mode as ModeName);
      try {
        const original = await readState(template);
        for (const [j, name] of Object.keys(MUTATIONS).entries()) {
          if (mode === "none" || (i + j) % OTHERS === 0) await tryRot(template, original, name, 100 * i + j);
        }
        for (let seed = 0; seed < FORGERIES; seed++) await tryRot(template, original, "forge an object", seed);
      } finally {
        template.remove();
      }
    });
  }
});
