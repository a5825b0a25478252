import { STDOUT, writeOutput } from "../../../src/platform/output.ts";
import { Interrupted, readSecret } from "../../../src/platform/read_secret.ts";
import { isTerminal, terminalSize } from "../../../src/platform/terminal.ts";

try {
  const secret = await readSecret("secret? ");
  const { columns, rows } = terminalSize(STDOUT, {});
  writeOutput(STDOUT, `<${JSON.stringify(secret)}> ${isTerminal(STDOUT)} ${columns}x${rows}\n`);
} catch (error) {
  writeOutput(STDOUT, error instanceof Interrupted ? "<interrupted>\n" : String(error));
}
