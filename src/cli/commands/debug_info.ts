import process from "node:process";
import { hostId } from "../../platform/host.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import type { CommonOptions } from "../options/common.ts";
import { systemInformation } from "../system_information.ts";

const TEXT = `
Shows on what this program runs, for reports of bugs. With --debug the same stands below an error. BORG_SHOW_SYSINFO=no leaves
it out in both places.`;

export const debugInfo: Command<CommonOptions> = {
  name: "info",
  help: "Show on what this program runs",
  epilog: epilog(TEXT),
  declare: () => {},
  run,
};

function run(_options: CommonOptions, context: Context): Promise<void> {
  context.stdout.write(`${systemInformation(context)}\n`);
  context.stdout.write(`Process ID: ('${hostId(context.env)}', ${process.pid}, 0)\n`);
  return Promise.resolve();
}
