import { type Case, casesOf, expectationText } from "./cases.ts";
import { quote } from "./quote.ts";
import type { Candidate, Tables } from "./tables.ts";

/** The completion script for bash 3.2 and later. */
export function bashScript(tables: Tables): string {
  const lookups = [
    lookup("_borg_commands", casesOf(tables.commands, wordsOf)),
    lookup("_borg_options", casesOf(tables.options, wordsOf)),
    lookup("_borg_values", casesOf(tables.values, expectationText)),
    lookup("_borg_positionals", casesOf(tables.positionals, expectationText)),
  ];
  return `${HEAD}\n${lookups.join("\n")}\n_borg_common=${quote(wordsOf(tables.common))}\n${MACHINE}`;
}

function wordsOf(candidates: readonly Candidate[]): string {
  return candidates.map(({ word }) => word).join(" ");
}

/** A function that leaves in REPLY what belongs to the key. */
function lookup(name: string, cases: readonly Case[]): string {
  const lines = cases.map(({ keys, text }) => `    ${keys.map(quote).join("|")}) REPLY=${quote(text)} ;;\n`);
  return `${name}() {\n  case "$1" in\n${lines.join("")}    *) REPLY='' ;;\n  esac\n}`;
}

const HEAD = "# Completion of borg for bash. Made by: borg completion bash";

/**
 * bash takes words apart at colons and equals signs: they are put together again, and what readline has already is left out
 * of the replies. Without replies, readline offers files.
 */
const MACHINE = String.raw`
_borg_expect() {
  local prefix='' words
  case "$1" in
    'words '*) words=${"${1#words }"} ;;
    'list '*)
      words=${"${1#list }"}
      case "$current" in *,*) prefix=${"${current%,*},"} ;; esac ;;
    programs) COMPREPLY=($(compgen -c -- "$current")); return ;;
    *) return ;;
  esac
  _borg_offer "$prefix" "$words"
}

_borg_offer() {
  local word
  for word in $2; do
    case "$1$word" in "$current"*) COMPREPLY+=("$1$word") ;; esac
  done
  case "${"${COMPREPLY[0]}"}" in *=) compopt -o nospace 2>/dev/null ;; esac
}

_borg() {
  local IFS=$' \t\n' REPLY line rest word index words current token
  local command=borg option='' only='' position=0
  COMPREPLY=()
  line=${"${COMP_LINE:0:$COMP_POINT}"}
  words=()
  for ((index = 0; index <= COMP_CWORD; index++)); do
    word=${"${COMP_WORDS[index]}"}
    rest=${'${line#"${line%%[![:space:]]*}"}'}
    ((index < COMP_CWORD)) || word=$rest
    if [ "$rest" = "$line" ] && ((index > 0)); then
      words[${"${#words[@]}"}-1]+=$word
    else
      words+=("$word")
    fi
    line=${'${rest#"$word"}'}
  done
  token=$word
  case "$token" in [=:]*) token=${"${token#[=:]}"}; token=${"${token#:}"} ;; esac
  for ((index = 1; index < ${"${#words[@]}"} - 1; index++)); do
    word=${"${words[index]}"}
    if [ -n "$option" ]; then option=''; continue; fi
    case "$only$word" in
      --) only=' ' ;;
      --*=*) ;;
      -?*) _borg_takes "$word" && option=$word ;;
      *)
        _borg_commands "$command"
        case " $REPLY " in *" $word "*) command="$command $word" ;; *) position=$((position + 1)) ;; esac ;;
    esac
  done
  current=${"${words[${#words[@]}-1]}"}
  case "$option$only$current" in --*=*) option=${"${current%%=*}"}; current=${"${current#*=}"} ;; esac
  if [ -n "$option" ]; then
    _borg_takes "$option" && _borg_expect "$REPLY"
  else
    case "$only$current" in
      -*) _borg_options "$command"; _borg_offer '' "$REPLY $_borg_common" ;;
      *)
        _borg_commands "$command"
        if [ -n "$REPLY" ]; then _borg_offer '' "$REPLY"
        else _borg_positionals "$command $position"; _borg_expect "$REPLY"; fi ;;
    esac
  fi
  rest=${'${current%"$token"}'}
  for index in "${"${!COMPREPLY[@]}"}"; do COMPREPLY[index]=${'${COMPREPLY[index]#"$rest"}'}; done
}

_borg_takes() {
  _borg_values "$command $1"
  [ -n "$REPLY" ] || _borg_values "$1"
  [ -n "$REPLY" ]
}

complete -o default -F _borg borg
`;
