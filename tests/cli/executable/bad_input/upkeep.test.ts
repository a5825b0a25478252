import { describeRefusals, type Refusal, type Statuses } from "../refusals.ts";

const USAGE: Statuses = [2, 2];
const COMMAND: Statuses = [2, 4];
const MISSING: Statuses = [2, 31];
const FINE: Statuses = [0, 0];
const FILTERED_REPOSITORY =
  "--repository-only contradicts --first, --last, --glob-archives, --prefix and --verify-data";

const REFUSED: readonly Refusal[] = [
  // Deletion.
  [
    "delete -a a* @::a",
    "Command Error: Mixing archive filters and explicitly named archives is not supported.",
    COMMAND,
  ],
  ["delete --first 1 @ a", "Command Error: Mixing archive filters and explicitly named archives", COMMAND],
  ["delete @::gone", "Archive gone not found (1/1).", FINE, "alike"],
  ["delete --stats --quick-stats @::a", "not allowed with argument -s/--stats", USAGE],
  ["delete -n --stats @::gone", "Archive gone not found (1/1).", FINE, "alike"],
  ["delete -c soon @::a", "argument -c/--checkpoint-interval: invalid int value: 'soon'", USAGE, "alike"],
  ["prune -a a* @", "settings must be specified.", COMMAND],
  ["prune --keep-daily x @", "argument -d/--keep-daily: invalid int value: 'x'", USAGE, "alike"],
  ["prune --keep-within 0d @", "argument --keep-within: ", USAGE, "alike"],
  ["prune --keep-13weekly 1 --keep-3monthly 1 @", "not allowed with argument --keep-13weekly", USAGE],
  ["prune -d 1 @::a", '"@::a": No archive can be specified', USAGE, "alike"],
  ["prune -d 1 -a gone* @", "", FINE, "alike"],
  ["compact --threshold x @", "argument --threshold: invalid int value: 'x'", USAGE, "alike"],
  ["compact @::a", '"@::a": No archive can be specified', USAGE, "alike"],
  // Archives made anew.
  ["recreate @::gone", "Archive gone does not exist", MISSING, "alike"],
  [
    "recreate @::a",
    "Specify at least one pattern, PATH, --comment, re-compression or re-chunking option.",
    COMMAND,
    "alike",
  ],
  ["recreate --target new @", "Command Error: --target: Need to specify single archive", COMMAND],
  ["recreate --target b -e x @::a", "Archive b already exists", [2, 30], "alike"],
  ["recreate -e x @::a.recreate", "Refusing to work on temporary archive of prior recreate: a.recreate", COMMAND],
  ["recreate --recompress=best -C lz4 @::a", "argument --recompress: invalid choice: 'best'", USAGE, "alike"],
  ["recreate --chunker-params 1,2 @::a", "argument --chunker-params: ", USAGE],
  ["recreate -a a* @", "unrecognized arguments: -a", USAGE],
  ["rename @::a b", "Archive b already exists", [2, 30], "alike"],
  ["rename @ b", '"@": No archive specified', USAGE, "alike"],
  // Checks.
  ["check @::gone", "Archive consistency check complete, problems found.", [1, 1], "alike"],
  ["check -P gone @", "--glob-archives gone* does not match any archives", FINE, "alike"],
  ["check --repository-only -a a* @", FILTERED_REPOSITORY, COMMAND],
  ["check --repository-only --verify-data @", FILTERED_REPOSITORY, COMMAND],
  ["check --max-duration 5 @", "--repository-only is required for --max-duration support.", COMMAND],
  ["check --max-duration x --repository-only @", "argument --max-duration: invalid int value: 'x'", USAGE, "alike"],
  // Settings and locks.
  ["config @ gone", "Error: No option 'gone' in section: 'repository'", USAGE],
  ["config @", "Command Error: No config key name was provided.", COMMAND],
  ["config -l -d @ id", "argument -d/--delete: not allowed with argument -l/--list", USAGE, "alike"],
  ["config @ additional_free_space 5M", "Invalid value: additional_free_space < 10M", USAGE],
  ["with-lock @", "the following arguments are required: COMMAND", USAGE],
  ["break-lock @::a", '"@::a": No archive can be specified', USAGE, "alike"],
  // Common options.
  ["--bypass-lock create @::new tree", "Error: Not allowed to bypass locking mechanism for chosen command", USAGE],
  ["--bypass-lock delete @::a", "Error: Not allowed to bypass locking mechanism for chosen command", USAGE],
  ["list --remote-ratelimit x @", "argument --remote-ratelimit: invalid int value: 'x'", USAGE, "alike"],
  ["list --critical=x @", "argument --critical: ignored explicit argument 'x'", USAGE, "alike"],
  ["frobnicate @", "argument <command>: invalid choice: 'frobnicate'", USAGE, "alike"],
  ["help frobnicate", "No help available on frobnicate", USAGE],
];

describeRefusals("what cannot be kept up", REFUSED);
