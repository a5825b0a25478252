import { parseArgs } from "node:util";
import process from "node:process";
import { tortureByFuzz } from "./torture/fuzz.ts";
import { tortureByKill } from "./torture/kill.ts";
import { tortureByMutants } from "./torture/mutants.ts";
import { tortureByPower } from "./torture/power.ts";
import { tortureByRot } from "./torture/rot.ts";
import { tortureByRuns } from "./torture/runs.ts";

/** One kind of torture: tries what it can until the time is up, and prints what it tried. */
type Torture = (seed: number, until: number) => Promise<void>;

const ALL: Readonly<Record<string, Torture>> = {
  power: tortureByPower,
  runs: tortureByRuns,
  rot: tortureByRot,
  kill: tortureByKill,
  fuzz: tortureByFuzz,
  mutants: tortureByMutants,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    minutes: { type: "string", default: "30" },
  },
});
const seed = Number(values.seed);
const wanted = Object.entries(ALL).filter(([name]) => positionals.length === 0 || positionals.includes(name));
const share = Number(values.minutes) * 60_000 / wanted.length;
console.log(`seed ${seed}, ${values.minutes} minutes`);
for (const [name, torture] of wanted) {
  console.log(`\n== ${name}`);
  try {
    await torture(seed, performance.now() + share);
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
}
console.log(process.exitCode ? "\nfailed" : "\nsurvived");
