import process from "node:process";
import { STDERR, STDOUT, writeOutput } from "../../../src/platform/output.ts";

try {
  writeOutput(STDOUT, new Uint8Array(3_000_000).fill(0x61));
  writeOutput(STDOUT, "end\n");
} catch (error) {
  writeOutput(STDERR, String((error as { code?: string }).code));
  process.exit(3);
}
process.exit(0);
