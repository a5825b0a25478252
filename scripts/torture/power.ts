import type { ModeName } from "../../src/crypto/modes.ts";
import { tryMoments } from "../../tests/torture/power.ts";
import { kindsFor, populate, SCENARIOS } from "../../tests/torture/scenarios.ts";

const ROUNDS: readonly ModeName[] = ["none", "repokey", "keyfile-blake2", "authenticated"];

/** A fault at every moment of every command: first without encryption, then in other modes with other seeds. */
export async function tortureByPower(seed: number, until: number): Promise<void> {
  let failures = 0;
  for (let round = 0; performance.now() < until; round++) {
    const mode = ROUNDS[round % ROUNDS.length]!;
    const template = await populate(mode);
    for (const scenario of SCENARIOS) {
      for (const kind of kindsFor(scenario)) {
        if (performance.now() > until) break;
        const stride = round === 0 ? 1 : 13;
        try {
          const tried = await tryMoments(template, scenario, { kind, seed: seed + round, stride, until });
          console.log(`${mode}: ${scenario.name}, ${kind}: ${tried} moments survived`);
        } catch (error) {
          failures++;
          console.error(error instanceof Error ? error.message : error);
        }
      }
    }
    template.remove();
  }
  if (failures > 0) throw new Error(`${failures} failures`);
}
