import { MODES } from "../../src/crypto/modes.ts";
import type { ModeName } from "../../src/crypto/modes.ts";
import { MUTATIONS } from "../../tests/torture/mutations.ts";
import { tryRot } from "../../tests/torture/rot.ts";
import { populate } from "../../tests/torture/scenarios.ts";
import { readState } from "../../tests/torture/state.ts";

/** Damages repositories of every mode in every way, one after the other. */
export async function tortureByRot(seed: number, until: number): Promise<void> {
  const fates = new Map<string, Map<string, number>>();
  let failures = 0;
  for (let round = 0; performance.now() < until; round++) {
    const mode = MODES[round % MODES.length]!.name as ModeName;
    const template = await populate(mode);
    const original = await readState(template);
    for (const name of Object.keys(MUTATIONS)) {
      for (let i = 0; i < (mode === "none" ? 10 : 3) && performance.now() < until; i++) {
        try {
          const { fate } = await tryRot(template, original, name, seed + 1000 * round + i);
          count(fates, name, fate);
        } catch (error) {
          failures++;
          console.error(`${mode}: ${error instanceof Error ? error.message : error}`);
        }
      }
    }
    template.remove();
  }
  for (const [name, counts] of fates) {
    console.log(`${name}: ${[...counts].map(([fate, number]) => `${number} ${fate}`).join(", ")}`);
  }
  if (failures > 0) throw new Error(`${failures} failures`);
}

function count(fates: Map<string, Map<string, number>>, name: string, fate: string): void {
  const counts = fates.get(name) ?? new Map<string, number>();
  fates.set(name, counts.set(fate, (counts.get(fate) ?? 0) + 1));
}
