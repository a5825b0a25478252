import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ours, Sandbox, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";

/** Exit statuses with BORG_EXIT_CODES=legacy and =modern. */
type Statuses = readonly [legacy: number, modern: number];

const USAGE: Statuses = [2, 2];

/** Arguments in words, the end of the message, and the statuses. What BorgBackup 1.2 says in the same words is compared with it. */
const REFUSED: readonly (readonly [line: string, message: string, statuses: Statuses, alike?: "alike"])[] = [
  // Options that contradict each other, or paths.
  ["create --paths-from-stdin @::b tree", "error: Must not pass PATH with ``--paths-from-stdin``.", USAGE],
  ["create --paths-from-stdin --pattern=R_tree @::b", "error: Must not pass PATH with ``--paths-from-stdin``.", USAGE],
  ["create --content-from-command @::b", "error: No command given.", USAGE],
  ["create --paths-from-command @::b", "error: No command given.", USAGE],
  ["create @::b", "error: Need at least one PATH argument.", USAGE],
  ["create --stats --quick-stats @::b tree", "not allowed with argument -s/--stats", USAGE],
  ["list --first 1 --last 1 @", "argument --last: not allowed with argument --first", USAGE, "alike"],
  ["list -P a -a b* @", "argument -a/--glob-archives: not allowed with argument -P/--prefix", USAGE, "alike"],
  // Placeholders.
  ["create @::{nonsense} tree", 'Invalid placeholder "nonsense" in string: @::{nonsense}', [2, 2], "alike"],
  ["create @::{0} tree", 'Invalid placeholder "0" in string: @::{0}', [2, 2], "alike"],
  ["create --comment {bad} @::b tree", 'Invalid placeholder "bad" in string: {bad}', [2, 2], "alike"],
  ["rename @::a {bad}", 'Invalid placeholder "bad" in string: {bad}', [2, 2], "alike"],
  ["list -a {bad} @", 'Invalid placeholder "bad" in string: {bad}', [2, 2], "alike"],
  // Patterns.
  ["create -e re:( @::b tree", "argument -e/--exclude: missing ), unterminated subpattern", USAGE],
  ["create -e xx:foo @::b tree", "argument -e/--exclude: Unknown pattern style: xx", USAGE],
  ["create --pattern=zfoo @::b tree", "A pattern/command must start with anyone of: -, !, +, R, r, P, p", [2, 4]],
  ["create --pattern= @::b tree", "A pattern/command must not be empty.", [2, 4]],
  ["create --pattern=P @::b tree", "A pattern/command must have a value part.", [2, 4]],
  ["create --pattern=Px @::b tree", "Unknown pattern style: x", [2, 4]],
  ["create --pattern=+re:[ @::b tree", "unterminated character set", [2, 4]],
  ["create --patterns-from broken @::b tree", "A pattern/command must start with anyone of: -, !, +, R, r, P, p", [
    2,
    4,
  ]],
  ["create --exclude-from broken_regex @::b tree", "missing ), unterminated subpattern", [2, 4]],
  ["create --patterns-from gone @::b tree", "Error: [Errno 2] No such file or directory: 'gone'", [2, 2], "alike"],
  ["extract --pattern=zfoo @::a", "A pattern/command must start with anyone of: -, !, +, R, r, P, p", [2, 4]],
  ["extract -e re:( @::a", "missing ), unterminated subpattern", USAGE],
  // Values.
  [
    "create --timestamp yesterday @::b tree",
    "argument --timestamp: invalid timestamp value: 'yesterday'",
    USAGE,
    "alike",
  ],
  ["create --timestamp= @::b tree", "argument --timestamp: invalid timestamp value: ''", USAGE, "alike"],
  ["create --timestamp 2020-13-01T00:00:00 @::b tree", "value: '2020-13-01T00:00:00'", USAGE, "alike"],
  ["create -c soon @::b tree", "argument -c/--checkpoint-interval: invalid int value: 'soon'", USAGE, "alike"],
  ["create --lock-wait x @::b tree", "argument --lock-wait: invalid int value: 'x'", USAGE, "alike"],
  ["create --umask 999 @::b tree", "argument --umask: invalid octal value: '999'", USAGE],
  ["create @::b", "error: Need at least one PATH argument.", USAGE],
  ["create @ tree", 'argument ARCHIVE: "@": No archive specified', USAGE, "alike"],
  ["create @::b/c tree", 'argument ARCHIVE: Invalid location format: "@::b/c"', USAGE, "alike"],
  ["create @:: tree", 'argument ARCHIVE: Invalid location format: "@::"', USAGE, "alike"],
  ["create ::b tree", 'argument ARCHIVE: Invalid location format: "::b"', USAGE, "alike"],
  ["rename @::a b/c", 'argument NEWNAME: Invalid archive name: "b/c"', USAGE, "alike"],
  ["list --first 0 @", "argument --first: A positive integer is required: 0", USAGE, "alike"],
  ["create --no-such-option @::b tree", "error: unrecognized arguments: --no-such-option", USAGE],
  ["create --s @::b tree", "error: ambiguous option: --s could match --show-version, --show-rc", USAGE],
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

describe("what cannot be done", requirePeer("borg"), () => {
  const sandbox = new Sandbox();
  const repository = sandbox.path("repo");
  const base = sandbox.path("base");
  before(() => {
    writeFileSync(join(sandbox.folder("tree"), "file"), "content");
    writeFileSync(sandbox.path("broken"), "+ fine\nz broken\n");
    writeFileSync(sandbox.path("broken_regex"), "re:(\n");
    sandbox.succeed(theirs, ["init", "-e", "none", repository], { base });
    sandbox.succeed(theirs, ["create", `${repository}::a`, "tree"], { base });
  });
  after(() => sandbox.remove());

  function run(program: typeof ours, line: string, family: string) {
    const args = line.split(" ").map((word) => word.replace("@", repository).replace("R_", "R "));
    const env = { BORG_EXIT_CODES: family };
    const { status, stderr } = sandbox.run(program, args, { base, env });
    const said = stderr.replaceAll(repository, "@").trimEnd();
    return { status, stderr: said, last: said.split("\n").at(-1)!.replace(/^borg( \w+)?: /, "") };
  }

  for (const [line, message, [legacy, modern], alike] of REFUSED) {
    it(`is said of: ${line}`, () => {
      const before = fingerprints(repository);
      const said = [["legacy", legacy], ["modern", modern]].map(([family, expected]) => {
        const { status, stderr, last } = run(ours, line, String(family));
        assert.equal(status, expected, stderr);
        assert.ok(last.includes(message), stderr);
        assert.doesNotMatch(stderr, /^ +at |Traceback/m);
        return last;
      });
      assert.equal(said[0], said[1]);
      assert.deepEqual(fingerprints(repository), before);
      if (alike === undefined) return;
      const { status, last } = run(theirs, line, "legacy");
      assert.deepEqual([legacy, said[0]!.replace(/choose from.*/, "")], [status, last.replace(/choose from.*/, "")]);
    });
  }
});

/** Path, length and content of each file. */
function fingerprints(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
  const digest = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
  return Object.fromEntries(
    paths.sort().map((path) => [path, statSync(path).isFile() ? digest(path) : "folder"]),
  );
}
