import { DECODERS } from "../../tests/torture/decoders.ts";
import { fuzz } from "../../tests/torture/fuzz.ts";

const RUNS = 2000;

/** Gives every decoder wrong bytes, in turns. */
export async function tortureByFuzz(seed: number, until: number): Promise<void> {
  let cases = 0;
  let failures = 0;
  for (let round = 0; performance.now() < until; round++) {
    for (const decoder of DECODERS) {
      if (performance.now() > until) break;
      try {
        await fuzz(decoder, seed + round, RUNS);
      } catch (error) {
        failures++;
        console.error(error instanceof Error ? error.message : error);
      }
      cases += RUNS;
    }
  }
  console.log(`${cases} cases for ${DECODERS.length} decoders`);
  if (failures > 0) throw new Error(`${failures} failures`);
}
