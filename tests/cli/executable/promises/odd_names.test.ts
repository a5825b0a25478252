import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ours, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { Pair } from "../backup/pair.ts";
import { shell } from "../backup/tree.ts";

describe("names that are not text", requirePeer("borg"), () => {
  let pair: Pair;
  before(() => {
    pair = new Pair();
    shell(
      pair.source,
      `mkdir $'d\\xe4' b; for n in $'\\xff\\xfe' $'latin\\xe9' $'\\xc3' 'new\nline' $'\\x01control' 'ünï' '日本' ' ' '-x' '*' '?'; do
         echo 1 >$'d\\xe4'/"$n"; ln -s -- "$n" b/"to$n"; done`,
    );
    for (const program of [ours, theirs]) {
      pair.run(program, ["create", "@::one", "."]);
      pair.run(program, ["create", "-e", "b", "@::two", "."]);
    }
  });
  after(() => pair.remove());

  for (const LANG of ["C.UTF-8", "C"]) {
    for (
      const args of [
        ["create", "-n", "--list", "@::x", "."],
        ["list", "@::one"],
        ["list", "--format", "{path}{NUL}{source}{NL}", "@::one"],
        ["extract", "-n", "--list", "@::one"],
        ["diff", "@::one", "two"],
        ["export-tar", "--list", "@::one", "/dev/null"],
        ["check", "@"],
      ]
    ) {
      it(`are shown as BorgBackup shows them with LANG=${LANG}: ${args.join(" ")}`, () => {
        const { status } = pair.same(args, { env: { LANG } });
        assert.equal(status, 0);
      });
    }
  }

  it("are JSON as BorgBackup's, but for bytes that its diff alone does not show as question marks", () => {
    for (const args of [["list", "--json-lines", "@::one"], ["diff", "--json-lines", "@::one", "two"]]) {
      const [mine, other] = [ours, theirs].map((program) => {
        const { status, stdout, stderr } = pair.run(program, args);
        const text = stdout.replaceAll(/\\udc[89a-f][0-9a-f]/g, "?").trim();
        return { status, stderr, lines: text.split("\n").map((line) => JSON.parse(line) as unknown) };
      });
      assert.deepEqual(mine, other);
    }
  });

  it("come back byte by byte", () => {
    const folder = pair.fresh(ours);
    pair.sandbox.succeed(ours, ["extract", `${pair.repository(ours)}::one`], { cwd: folder });
    shell(folder, `diff -r --no-dereference . '${pair.source}'`);
  });
});
