import { type Case, casesOf, expectationText } from "./cases.ts";
import { quote } from "./quote.ts";
import type { Candidate, Tables } from "./tables.ts";

/** The completion script for zsh: a file `_borg` on the fpath, or something to source. */
export function zshScript(tables: Tables): string {
  const lookups = [
    lookup("_borg_commands", "described", casesOf(tables.commands, listOf)),
    lookup("_borg_options", "described", casesOf(tables.options, listOf)),
    lookup("_borg_values", "expected", casesOf(tables.values, expectationList)),
    lookup("_borg_positionals", "expected", casesOf(tables.positionals, expectationList)),
  ];
  return `${HEAD}\n${lookups.join("\n")}\n${common(tables.common)}\n${MACHINE}`;
}

/** As _describe takes it: the word, a colon, the help. */
function listOf(candidates: readonly Candidate[]): string {
  return candidates.map(({ word, help }) => quote(`${word.replaceAll(":", "\\:")}:${help}`)).join(" ");
}

function expectationList(...[expected]: Parameters<typeof expectationText>): string {
  return expectationText(expected).split(" ").map(quote).join(" ");
}

/** A function that leaves in an array what belongs to the key. */
function lookup(name: string, array: string, cases: readonly Case[]): string {
  const lines = cases.map(({ keys, text }) => `    ${keys.map(quote).join("|")}) ${array}=(${text}) ;;\n`);
  return `${name}() {\n  case $1 in\n${lines.join("")}    *) ${array}=() ;;\n  esac\n}`;
}

function common(candidates: readonly Candidate[]): string {
  return `_borg_common() {\n  described+=(${listOf(candidates)})\n}`;
}

const HEAD = "#compdef borg\n# Completion of borg for zsh. Made by: borg completion zsh";

const MACHINE = String.raw`
_borg_takes() {
  _borg_values "$command $1"
  (($#expected)) || _borg_values $1
  (($#expected))
}

_borg_expect() {
  case $expected[1] in
    words) compadd -- "${"${(@)expected[2,-1]}"}" ;;
    list)
      compset -P '*,'
      compadd -S '' -- "${"${(@)expected[2,-1]}"}" ;;
    programs) _command_names -e ;;
    anything) _message value ;;
    *) _files ;;
  esac
}

_borg() {
  local word option='' only='' command=borg
  integer position=0
  local -a described expected
  for word in "${"${(@)words[2,CURRENT-1]}"}"; do
    if [[ -n $option ]]; then
      option=''
    elif [[ -z $only && $word == -- ]]; then
      only=yes
    elif [[ -z $only && $word == -?* ]]; then
      [[ $word != --*=* ]] && _borg_takes $word && option=$word
    else
      _borg_commands $command
      if (($described[(I)$word:*])); then command+=" $word"; else ((position += 1)); fi
    fi
  done
  if [[ -z $option$only && $PREFIX == --*=* ]]; then
    option=${"${PREFIX%%=*}"}
    compset -P '*='
  fi
  if [[ -n $option ]]; then
    _borg_takes $option && _borg_expect
  elif [[ -z $only && $PREFIX == -* ]]; then
    _borg_options $command
    _borg_common
    _describe -o option described
  else
    _borg_commands $command
    if (($#described)); then
      _describe command described
    else
      _borg_positionals "$command $position"
      _borg_expect
    fi
  fi
}

if [[ $funcstack[1] == _borg ]]; then _borg "$@"; else compdef _borg borg; fi
`;
