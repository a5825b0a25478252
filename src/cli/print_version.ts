import { writeSync } from "node:fs";
import { VERSION } from "./version.ts";

export function printVersion(): void {
  writeSync(1, `borg ${VERSION}\n`);
}
