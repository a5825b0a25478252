import type { ArgumentParser } from "argparse";
import { argumentWorld } from "../argument_world.ts";
import { createArgumentTypes } from "../argument_types.ts";
import { type CommandEntry, isContainer } from "../command_tree.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import { TOPICS } from "../help_topics.ts";
import type { CommonOptions } from "../options/common.ts";
import { flag } from "../options/flag.ts";
import { parserFor } from "../parser.ts";
import { UsageProblem } from "../usage_problem.ts";

export interface HelpOptions extends CommonOptions {
  readonly topic: string | undefined;
  readonly epilogOnly: boolean;
  readonly usageOnly: boolean;
}

const TEXT = `
Explains a command, or one of the topics patterns, placeholders and compression. Without TOPIC it lists the commands.`;

/** The help on all commands under `root`. */
export function createHelp(root: CommandEntry): Command<HelpOptions> {
  return {
    name: "help",
    help: "Explain commands and topics",
    epilog: epilog(TEXT),
    declare,
    run: (options, context) => run(root, options, context),
  };
}

function declare(parser: ArgumentParser): void {
  parser.add_argument("topic", { metavar: "TOPIC", nargs: "?", help: "a command or a topic" });
  flag(parser, "--epilog-only", "epilogOnly", "only show the text, not the arguments");
  flag(parser, "--usage-only", "usageOnly", "only show the arguments, not the text");
}

async function run(root: CommandEntry, options: HelpOptions, context: Context): Promise<void> {
  const topic = TOPICS.get(options.topic ?? "");
  context.stdout.write(topic ?? await commandHelp(root, options, context));
}

async function commandHelp(root: CommandEntry, options: HelpOptions, context: Context): Promise<string> {
  const { topic } = options;
  const entry = topic === undefined ? root : entriesOf(root).find(({ name }) => name === topic);
  if (entry === undefined) throw new UsageProblem(unknownTopic(root, topic!));
  const prog = entry === root ? root.name : `${root.name} ${entry.name}`;
  const parser = await parserFor(entry, prog, createArgumentTypes(argumentWorld(context)));
  if (options.epilogOnly) return `${parser.epilog ?? ""}\n`;
  if (options.usageOnly) parser.epilog = "";
  return parser.format_help();
}

function entriesOf(root: CommandEntry): readonly CommandEntry[] {
  return isContainer(root) ? root.commands : [];
}

function unknownTopic(root: CommandEntry, topic: string): string {
  const commands = entriesOf(root).map(({ name }) => name).join(", ");
  return `No help available on ${topic}. Commands: ${commands}. Topics: ${[...TOPICS.keys()].join(", ")}.`;
}
