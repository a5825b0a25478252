import { describeRefusals, type Refusal, type Statuses } from "../refusals.ts";

const USAGE: Statuses = [2, 2];

const REFUSED: readonly Refusal[] = [
  // Options that contradict each other, or paths.
  ["create --paths-from-stdin @::new tree", "error: Must not pass PATH with ``--paths-from-stdin``.", USAGE],
  [
    "create --paths-from-stdin --pattern=R_tree @::new",
    "error: Must not pass PATH with ``--paths-from-stdin``.",
    USAGE,
  ],
  ["create --content-from-command @::new", "error: No command given.", USAGE],
  ["create --paths-from-command @::new", "error: No command given.", USAGE],
  ["create @::new", "error: Need at least one PATH argument.", USAGE],
  ["create --stats --quick-stats @::new tree", "not allowed with argument -s/--stats", USAGE],
  ["list --first 1 --last 1 @", "argument --last: not allowed with argument --first", USAGE, "alike"],
  ["list -P a -a b* @", "argument -a/--glob-archives: not allowed with argument -P/--prefix", USAGE, "alike"],
  // Placeholders.
  ["create @::{nonsense} tree", 'Invalid placeholder "nonsense" in string: @::{nonsense}', [2, 2], "alike"],
  ["create @::{0} tree", 'Invalid placeholder "0" in string: @::{0}', [2, 2], "alike"],
  ["create --comment {bad} @::new tree", 'Invalid placeholder "bad" in string: {bad}', [2, 2], "alike"],
  ["rename @::a {bad}", 'Invalid placeholder "bad" in string: {bad}', [2, 2], "alike"],
  ["list -a {bad} @", 'Invalid placeholder "bad" in string: {bad}', [2, 2], "alike"],
  // Patterns.
  ["create -e re:( @::new tree", "argument -e/--exclude: missing ), unterminated subpattern", USAGE],
  ["create -e xx:foo @::new tree", "argument -e/--exclude: Unknown pattern style: xx", USAGE],
  ["create --pattern=zfoo @::new tree", "A pattern/command must start with anyone of: -, !, +, R, r, P, p", [2, 4]],
  ["create --pattern= @::new tree", "A pattern/command must not be empty.", [2, 4]],
  ["create --pattern=P @::new tree", "A pattern/command must have a value part.", [2, 4]],
  ["create --pattern=Px @::new tree", "Unknown pattern style: x", [2, 4]],
  ["create --pattern=+re:[ @::new tree", "unterminated character set", [2, 4]],
  ["create --patterns-from broken @::new tree", "A pattern/command must start with anyone of: -, !, +, R, r, P, p", [
    2,
    4,
  ]],
  ["create --exclude-from broken_regex @::new tree", "missing ), unterminated subpattern", [2, 4]],
  ["create --patterns-from gone @::new tree", "Error: [Errno 2] No such file or directory: 'gone'", [2, 2], "alike"],
  ["extract --pattern=zfoo @::a", "A pattern/command must start with anyone of: -, !, +, R, r, P, p", [2, 4]],
  ["extract -e re:( @::a", "missing ), unterminated subpattern", USAGE],
  // Values.
  [
    "create --timestamp yesterday @::new tree",
    "argument --timestamp: invalid timestamp value: 'yesterday'",
    USAGE,
    "alike",
  ],
  ["create --timestamp= @::new tree", "argument --timestamp: invalid timestamp value: ''", USAGE, "alike"],
  ["create --timestamp 2020-13-01T00:00:00 @::new tree", "value: '2020-13-01T00:00:00'", USAGE, "alike"],
  ["create -c soon @::new tree", "argument -c/--checkpoint-interval: invalid int value: 'soon'", USAGE, "alike"],
  ["create --lock-wait x @::new tree", "argument --lock-wait: invalid int value: 'x'", USAGE, "alike"],
  ["create --umask 999 @::new tree", "argument --umask: invalid octal value: '999'", USAGE],
  ["create @::new", "error: Need at least one PATH argument.", USAGE],
  ["create @ tree", 'argument ARCHIVE: "@": No archive specified', USAGE, "alike"],
  ["create @::new/c tree", 'argument ARCHIVE: Invalid location format: "@::new/c"', USAGE, "alike"],
  ["create @:: tree", 'argument ARCHIVE: Invalid location format: "@::"', USAGE, "alike"],
  ["create ::b tree", 'argument ARCHIVE: Invalid location format: "::b"', USAGE, "alike"],
  ["rename @::a b/c", 'argument NEWNAME: Invalid archive name: "b/c"', USAGE, "alike"],
  ["list --first 0 @", "argument --first: A positive integer is required: 0", USAGE, "alike"],
  ["create --no-such-option @::new tree", "error: unrecognized arguments: --no-such-option", USAGE],
  ["create --s @::new tree", "error: ambiguous option: --s could match --show-version, --show-rc", USAGE],
  ["init @-new", "error: the following arguments are required: -e/--encryption", USAGE, "alike"],
  ["init -e rot13 @-new", "argument -e/--encryption: invalid choice: 'rot13' (choose from", USAGE, "alike"],
  ["init -e none --storage-quota 5 @-new", "quota is too small (5). At least 10M are required.", USAGE, "alike"],
  ["extract @", 'argument ARCHIVE: "@": No archive specified', USAGE, "alike"],
  ["prune --keep-within 1z @", "expected one of ['H', 'd', 'w', 'm', 'y']", USAGE, "alike"],
  // Archives that are, or are not.
  ["create @::a tree", "Archive a already exists", [2, 30], "alike"],
  ["extract @::gone", "Archive gone does not exist", [2, 31], "alike"],
  ["diff @::a gone", "Archive gone does not exist", [2, 31], "alike"],
  ["rename @::gone b", "Archive gone does not exist", [2, 31], "alike"],
  // Filters and paths that match nothing.
  ["check -a gone* @", "--glob-archives gone* does not match any archives", [0, 0], "alike"],
  ["list -a gone* @", "", [0, 0], "alike"],
  ["info -a gone* @", "", [0, 0], "alike"],
  ["delete -a gone* @", "", [0, 0], "alike"],
  ["extract @::a gone", "Include pattern 'gone' never matched.", [1, 101], "alike"],
  ["list @::a gone", "", [0, 0], "alike"],
];

describeRefusals("what cannot be done", REFUSED);
