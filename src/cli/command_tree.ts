import type { Command } from "./command.ts";

/** A command by its name, loaded when it is called. */
export interface CommandLeaf {
  readonly name: string;
  readonly help: string;
  load(): Promise<Command>;
}

/** A word that stands before other commands. */
export interface CommandContainer {
  readonly name: string;
  readonly help: string;
  readonly commands: readonly CommandEntry[];
}

export type CommandEntry = CommandLeaf | CommandContainer;

export function isContainer(entry: CommandEntry): entry is CommandContainer {
  return "commands" in entry;
}
