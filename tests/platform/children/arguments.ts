import process from "node:process";
import { rawArguments } from "../../../src/platform/arguments.ts";
import { environment } from "../../../src/platform/environment.ts";
import { STDOUT, writeOutput } from "../../../src/platform/output.ts";
import { workingDirectory } from "../../../src/platform/working_directory.ts";

writeOutput(
  STDOUT,
  [...rawArguments(), environment().VINCULUM_TEST ?? "", workingDirectory(), String(process.argv.length)].join("\n"),
);
