import { COMMON_OPTIONS } from "../../src/cli/options/common.ts";
import { VERSION } from "../../src/cli/version.ts";
import { allOutlines, type OptionOutline, type Outline, type PositionalOutline } from "../../src/cli/outline.ts";
import { argument, escape, helpText, textLines } from "./roff.ts";

export interface ManualPage {
  /** The file's name. */
  readonly name: string;
  readonly text: string;
}

/** A page for each command, in section 1, and one for each topic of the help. They bear no date, so that they do not change. */
export function manualPages(root: Outline, topics: ReadonlyMap<string, string>): ManualPage[] {
  const commands = allOutlines(root).map((outline) =>
    page(pageName(outline), outline.help, commandBody(outline, root))
  );
  const texts = [...topics].map(([topic, text]) =>
    page(`borg-${topic}`, `help on ${topic}`, [section("DESCRIPTION", helpText(text))])
  );
  return [...commands, ...texts];
}

function pageName({ words }: Outline): string {
  return words.join("-");
}

function page(name: string, help: string, body: readonly string[]): ManualPage {
  const title = `.TH ${argument(name.toUpperCase())} 1 "" ${argument(`Vinculum ${VERSION}`)} "User Commands"`;
  const head = section("NAME", `${escape(name)} \\- ${escape(help)}`);
  return { name: `${name}.1`, text: [title, head, ...body, ""].join("\n") };
}

function section(title: string, body: string): string {
  return `.SH ${argument(title)}\n${body}`;
}

function commandBody(outline: Outline, root: Outline): string[] {
  const { epilog, positionals, options, commands } = outline;
  const own = options.filter(({ group }) => group !== COMMON_OPTIONS || outline === root);
  const groups = [...new Set(own.map(({ group }) => group))];
  return [
    section("SYNOPSIS", synopsis(outline)),
    ...(epilog === "" ? [] : [section("DESCRIPTION", helpText(epilog))]),
    ...(commands.length === 0 ? [] : [section("COMMANDS", commands.map(commandEntry).join("\n"))]),
    ...(positionals.length === 0 ? [] : [section("ARGUMENTS", positionals.map(positionalEntry).join("\n"))]),
    ...groups.map((group) =>
      section(
        group.toUpperCase() || "OPTIONS",
        own.filter((option) => option.group === group).map(optionEntry).join("\n"),
      )
    ),
    section("SEE ALSO", seeAlso(outline, root)),
  ];
}

function synopsis({ words, options, positionals, commands }: Outline): string {
  const required = options.filter(({ required }) => required)
    .map(({ spellings, metavar }) => `${bold(spellings.at(-1)!)} ${italic(metavar)}`);
  const places = positionals.map(({ metavar, optional, many }) => {
    const place = `${italic(metavar)}${many ? "..." : ""}`;
    return optional ? `[${place}]` : place;
  });
  const rest = commands.length > 0 ? [italic("COMMAND"), "..."] : places;
  return [bold(words.join(" ")), `[${italic("OPTIONS")}]`, ...required, ...rest].join(" ");
}

function commandEntry({ words, help }: Outline): string {
  return entry(bold(words.join(" ")), help);
}

function positionalEntry({ metavar, help, choices }: PositionalOutline): string {
  return entry(italic(metavar), withChoices(help, choices));
}

function optionEntry({ spellings, metavar, help, choices }: OptionOutline): string {
  const value = metavar === "" ? "" : ` ${italic(metavar)}`;
  return entry(spellings.map((spelling) => `${bold(spelling)}${value}`).join(", "), withChoices(help, choices));
}

function entry(tag: string, help: string): string {
  return `.TP\n${tag}\n${textLines(help)}`;
}

function withChoices(help: string, choices: readonly string[]): string {
  return choices.length === 0 || choices.every((choice) => help.includes(choice))
    ? help
    : `${help}: ${choices.join(", ")}`;
}

function seeAlso(outline: Outline, root: Outline): string {
  const others = outline === root ? outline.commands : [root];
  return others.map((other) => `${bold(pageName(other))}(1)`).join(",\n");
}

function bold(text: string): string {
  return `\\fB${escape(text)}\\fR`;
}

function italic(text: string): string {
  return `\\fI${escape(text)}\\fR`;
}
