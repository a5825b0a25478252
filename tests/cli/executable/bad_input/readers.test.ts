import { describeRefusals, type Refusal, type Statuses } from "../refusals.ts";

const USAGE: Statuses = [2, 2];
const COMMAND: Statuses = [2, 4];
const FORMAT: Statuses = [2, 5];
const MISSING: Statuses = [2, 31];
const FINE: Statuses = [0, 0];

const REFUSED: readonly Refusal[] = [
  // Listings.
  ["list --json @::a", "Command Error: The --json option is only valid for listing archives", COMMAND],
  ["list --json-lines @", "Command Error: The --json-lines option is only valid for listing archive con", COMMAND],
  ["list --format {nokey} @", 'Formatting Error: "{nokey}".format(): KeyError(', FORMAT],
  ["list --format {nokey}{NL} @::a", "KeyError('nokey')", FORMAT],
  ["list --format {size:q} @::a", "ValueError(Unknown format code 'q' for object of type 'int')", FORMAT],
  ["list --format {0} @::a", "KeyError('0')", FORMAT],
  ["list --format { @", "ValueError(Single '{' encountered in format string)", FORMAT],
  ["list --first -1 @", "argument --first: A positive integer is required: -1", USAGE, "alike"],
  ["list --last x @", "argument --last: invalid int value: 'x'", USAGE],
  ["list --sort-by nope @", "argument --sort-by: Invalid sort key: nope", USAGE],
  ["list --sort-by timestamp,nope @", "argument --sort-by: Invalid sort key: nope", USAGE],
  ["list @ tree", "", FINE, "alike"],
  ["list @::gone", "Archive gone does not exist", MISSING, "alike"],
  ["list -e re:( @::a", "argument -e/--exclude: missing ), unterminated subpattern", USAGE],
  ["info @::gone", "Archive gone does not exist", MISSING, "alike"],
  ["info --json -a gone* @", "", FINE, "alike"],
  ["info --prefix a --glob-archives b @", "not allowed with argument -P/--prefix", USAGE, "alike"],
  // Differences.
  ["diff @::gone a", "Archive gone does not exist", MISSING, "alike"],
  ["diff @ a", '"@": No archive specified', USAGE, "alike"],
  ["diff --sort-by nope @::a b", "argument --sort-by: ", USAGE],
  ["diff @::a b/c", 'argument ARCHIVE2: Invalid archive name: "b/c"', USAGE, "alike"],
  ["diff @::a b gone", "Include pattern 'gone' never matched.", [1, 101]],
  // Extraction and tar files.
  ["extract --strip-components x @::a", "argument --strip-components: invalid int value: 'x'", USAGE, "alike"],
  ["extract --pattern=R_gone @::a", "Include pattern 'gone' never matched.", [1, 101], "alike"],
  ["extract --patterns-from gone @::a", "[Errno 2] No such file or directory: 'gone'", USAGE, "alike"],
  ["extract --consider-checkpoints @::a", "unrecognized arguments: --consider-checkpoints", USAGE],
  ["export-tar @::gone x.tar", "Archive gone does not exist", MISSING, "alike"],
  ["export-tar @::a", "the following arguments are required: FILE", USAGE],
  ["export-tar @::a no/such/folder.tar", "[Errno 2] No such file or directory: 'no/such/folder.tar'", USAGE],
  ["import-tar @::a broken", "Archive a already exists", [2, 30], "alike"],
  ["import-tar @::new gone.tar", "Error: [Errno 2] No such file or directory: 'gone.tar'", USAGE],
  ["import-tar @::new broken", "Error: tar file: ", USAGE],
  ["import-tar --stats --quick-stats @::new broken", "not allowed with argument -s/--stats", USAGE],
];

describeRefusals("what cannot be read", REFUSED);
