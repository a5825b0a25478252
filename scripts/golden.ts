import process from "node:process";
import { bun, run } from "./programs.ts";

/** Makes the golden repositories anew with dist/borg as it is; under Bun, for extended attributes. */
try {
  run(bun, ["scripts/golden/make.ts"]);
} catch (error) {
  console.error(`golden: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
