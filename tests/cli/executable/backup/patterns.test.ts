import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { requirePeer } from "../../../interop/requirements.ts";
import { Pair, statuses } from "./pair.ts";
import { shell } from "./tree.ts";

/** Options in words, `_` for a space in one, and the paths that are left over (`undefined`: whatever BorgBackup leaves). */
const CASES: readonly (readonly [options: string, left?: string])[] = [
  // Exclusions, as shell patterns of the style fm where nothing else is said.
  ["-e *.o", "src src/a.c src/deep src/deep/b.c src/deep/Ünï src/Makefile"],
  ["-e src/*.o"],
  ["-e */deep/*"],
  ["-e src/deep", "src src/a.c src/a.o src/Makefile"],
  ["-e /src/deep"],
  ["-e src/deep/"],
  ["-e fm:*/b.*"],
  ["-e fm:src/?.c"],
  ["-e fm:src/[!a].c"],
  ["-e sh:src/*.o", "src src/a.c src/deep src/deep/b.c src/deep/b.o src/deep/Ünï src/Makefile"],
  ["-e sh:**/*.o"],
  ["-e sh:src/**/b*"],
  ["-e sh:**/deep/**"],
  ["-e sh:src/{a,b}.c"],
  ["-e re:\\.o$"],
  ["-e re:^src/[a-z]+$"],
  ["-e re:(?i)makefile", "src src/a.c src/a.o src/deep src/deep/b.c src/deep/b.o src/deep/Ünï"],
  ["-e pp:src/deep"],
  ["-e pp:rc"],
  ["-e pf:src/a.c", "src src/a.o src/deep src/deep/b.c src/deep/b.o src/deep/Ünï src/Makefile"],
  ["-e pf:src"],
  ["-e fm:*Ü*"],
  ["-e *.o -e *.c"],
  ["--exclude-from exclude"],
  // Patterns: of the style sh, the first that matches decides.
  ["--pattern=-src/deep"],
  ["--pattern=!src/deep"],
  ["--pattern=+src/deep/b.c --pattern=-src/deep/**", "src src/a.c src/a.o src/deep/b.c src/Makefile"],
  ["--pattern=-src/deep/** --pattern=+src/deep/b.c"],
  ["--pattern=+src/deep/b.c --pattern=-src/deep"],
  ["--pattern=+src/deep/b.c --pattern=!src/deep"],
  ["--pattern=-**/*.o --pattern=+src/a.c --pattern=-**"],
  ["--pattern=P_fm --pattern=-*.o"],
  ["--pattern=-fm:*.o --pattern=+re:^src"],
  ["-e *.c --pattern=+src/a.c"],
  ["--pattern=+src/a.c -e *.c"],
  ["--patterns-from patterns"],
  ["--patterns-from patterns -e src/Makefile"],
  ["--patterns-from rooted"],
];

describe("patterns choose for ours what they choose for BorgBackup", requirePeer("borg"), () => {
  let pair: Pair;
  before(() => {
    pair = new Pair();
    shell(
      pair.source,
      "mkdir -p src/deep other; touch src/a.c src/a.o src/Makefile src/deep/b.c src/deep/b.o src/deep/Ünï other/x",
    );
    const files = {
      exclude: "# a comment\n\n  \n*.o\nre:deep/b\\.c$\n  sh:src/Make*  \n",
      patterns: "# a comment\nP re\n- \\.o$\nP sh\n+ src/deep/b.c\n- src/deep/**\n",
      rooted: "R other\nR src/deep\n- **/*.o\n",
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(pair.source, name), text);
  });
  after(() => pair.remove());

  for (const [options, left] of CASES) {
    it(options, () => {
      const words = options.split(" ").map((word) => word.replace("_", " "));
      const roots = options.includes("rooted") ? [] : ["src"];
      const outcome = pair.same(["create", "-n", "--list", ...words, "@::x", ...roots]);
      assert.equal(outcome.status, 0, outcome.stderr);
      const listed = Object.entries(statuses(outcome));
      const stored = listed.filter(([, status]) => status === "-").map(([path]) => path);
      if (left !== undefined) assert.deepEqual(stored.sort(), left.split(" ").sort());
    });
  }

  it("and what is stored is what was listed", () => {
    const { stderr } = pair.create("stored", ["--patterns-from", "patterns", "-e", "src/Makefile"], ["src"]);
    assert.match(stderr, /^A src\/deep\/b\.c$/m);
    assert.doesNotMatch(stderr, /^A .*(\.o|Makefile)$/m);
  });
});
