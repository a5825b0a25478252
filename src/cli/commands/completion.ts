import type { ArgumentParser } from "argparse";
import type { Command } from "../command.ts";
import type { CommandEntry } from "../command_tree.ts";
import { bashScript } from "../completion/bash.ts";
import { fishScript } from "../completion/fish.ts";
import { tablesOf } from "../completion/tables.ts";
import { zshScript } from "../completion/zsh.ts";
import type { Context } from "../context.ts";
import { epilog } from "../epilog.ts";
import type { CommonOptions } from "../options/common.ts";
import { outlineOf } from "../outline.ts";

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };

export interface CompletionOptions extends CommonOptions {
  readonly shell: keyof typeof SCRIPTS;
}

const TEXT = `
Prints a script that makes a shell complete the command lines of this program: commands, options, their values where these
are known, and paths. It holds all it needs and does not run the program.

Where to put it:
  bash  borg completion bash > ~/.local/share/bash-completion/completions/borg
        or, without the package bash-completion, in ~/.bashrc: source <(borg completion bash)
  zsh   borg completion zsh > ~/.zsh/_borg, with this before compinit in ~/.zshrc: fpath=(~/.zsh $fpath)
  fish  borg completion fish > ~/.config/fish/completions/borg.fish`;

/** The scripts know all commands under `root`. */
export function createCompletion(root: CommandEntry): Command<CompletionOptions> {
  return {
    name: "completion",
    help: "Print a script that lets a shell complete command lines",
    epilog: epilog(TEXT),
    declare,
    run: (options, context) => run(root, options, context),
  };
}

function declare(parser: ArgumentParser): void {
  parser.add_argument("shell", { metavar: "SHELL", choices: Object.keys(SCRIPTS), help: "bash, zsh or fish" });
}

async function run(root: CommandEntry, { shell }: CompletionOptions, { stdout }: Context): Promise<void> {
  stdout.write(SCRIPTS[shell](tablesOf(await outlineOf(root))));
}
