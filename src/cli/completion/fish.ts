import { type Case, casesOf, expectationText } from "./cases.ts";
import { quoteForFish } from "./quote.ts";
import type { Candidate, Tables } from "./tables.ts";

/** The completion script for fish 3.0 and later. */
export function fishScript(tables: Tables): string {
  const lookups = [
    lookup("__borg_commands", casesOf(tables.commands, linesOf)),
    lookup("__borg_options", casesOf(tables.options, linesOf)),
    lookup("__borg_values", casesOf(tables.values, expectationLines)),
    lookup("__borg_positionals", casesOf(tables.positionals, expectationLines)),
  ];
  return `${HEAD}\n${lookups.join("\n")}\n${common(tables.common)}\n${MACHINE}`;
}

/** As fish takes it: the word, a tab, the help. */
function linesOf(candidates: readonly Candidate[]): string {
  return candidates.map(({ word, help }) => quoteForFish(`${word}\t${help}`)).join(" ");
}

function expectationLines(...[expected]: Parameters<typeof expectationText>): string {
  return expectationText(expected).split(" ").map(quoteForFish).join(" ");
}

/** A function that prints what belongs to the key, line by line. */
function lookup(name: string, cases: readonly Case[]): string {
  const lines = cases.map(({ keys, text }) =>
    `        case ${keys.map(quoteForFish).join(" ")}\n            printf '%s\\n' ${text}\n`
  );
  return `function ${name}\n    switch $argv[1]\n${lines.join("")}    end\nend`;
}

function common(candidates: readonly Candidate[]): string {
  return `function __borg_common\n    printf '%s\\n' ${linesOf(candidates)}\nend`;
}

const HEAD = "# Completion of borg for fish. Made by: borg completion fish";

const MACHINE = String.raw`
function __borg_takes
    set -l expected (__borg_values "$argv[1] $argv[2]")
    test (count $expected) -gt 0; or set expected (__borg_values $argv[2])
    test (count $expected) -gt 0; and printf '%s\n' $expected
end

# What to offer: the text before the value, the value so far, then what is expected.
function __borg_expect
    set -l before $argv[1]
    set -l current $argv[2]
    switch "$argv[3]"
        case words
            printf '%s\n' $before$argv[4..-1]
        case list
            set before $before(string replace -r '[^,]*$' '' -- $current)
            printf '%s\n' $before$argv[4..-1]
        case programs
            __fish_complete_command
        case anything
        case '*'
            printf '%s\n' $before(__fish_complete_path $current)
    end
end

function __borg_candidates
    set -l command borg
    set -l option
    set -l only
    set -l position 0
    set -l typed (commandline -opc)
    for word in $typed[2..-1]
        if test -n "$option"
            set option
        else if test -z "$only"; and test "$word" = --
            set only yes
        else if test -z "$only"; and string match -q -- '-?*' $word
            string match -q -- '--*=*' $word; and continue
            __borg_takes $command $word >/dev/null; and set option $word
        else if __borg_commands $command | string match -q -- $word\t'*'
            set command "$command $word"
        else
            set position (math $position + 1)
        end
    end
    set -l current (commandline -ct)
    set -l before
    if test -z "$option$only"; and string match -q -- '--*=*' $current
        set option (string replace -r '=.*' '' -- $current)
        set before $option=
        set current (string replace -r '^[^=]*=' '' -- $current)
    end
    if test -n "$option"
        __borg_expect "$before" "$current" (__borg_takes $command $option)
    else if test -z "$only"; and string match -q -- '-*' $current
        __borg_options $command
        __borg_common
    else
        set -l commands (__borg_commands $command)
        if test (count $commands) -gt 0
            printf '%s\n' $commands
        else
            __borg_expect '' "$current" (__borg_positionals "$command $position")
        end
    end
end

complete -c borg -f -a '(__borg_candidates)'
`;
