import { STDIN, STDOUT, writeOutput } from "../../../src/platform/output.ts";
import { readLine } from "../../../src/platform/read_line.ts";
import { exitOf, spawn } from "../../../src/platform/spawn.ts";

const first = await readLine(STDIN);
const second = await readLine(STDIN);
writeOutput(STDOUT, `${JSON.stringify([first, second])}\n`);
await exitOf(spawn(["cat"]));
writeOutput(STDOUT, `${JSON.stringify([await readLine(STDIN)])}\n`);
