import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ours, Sandbox, theirs } from "../../interop/harness.ts";
import { requirePeer } from "../../interop/requirements.ts";

/** Exit statuses with BORG_EXIT_CODES=legacy and =modern. */
export type Statuses = readonly [legacy: number, modern: number];

/**
 * Arguments in words, a part of the last line of the message, and the statuses. `@` is a repository with the archives `a`
 * and `b`; `_` is a blank after the `R` of a pattern. What BorgBackup 1.2 says in the same words is compared with it.
 */
export type Refusal = readonly [line: string, message: string, statuses: Statuses, alike?: "alike"];

/** Tests that each of the lines is refused in one way or the other, and that the repository stays as it is. */
export function describeRefusals(title: string, refusals: readonly Refusal[]): void {
  describe(title, requirePeer("borg"), () => {
    const sandbox = new Sandbox();
    const repository = sandbox.path("repo");
    const base = sandbox.path("base");
    before(() => {
      writeFileSync(join(sandbox.folder("tree"), "file"), "content");
      writeFileSync(sandbox.path("broken"), "+ fine\nz broken\n");
      writeFileSync(sandbox.path("broken_regex"), "re:(\n");
      sandbox.succeed(theirs, ["init", "-e", "none", repository], { base });
      for (const name of ["a", "b"]) sandbox.succeed(theirs, ["create", `${repository}::${name}`, "tree"], { base });
    });
    after(() => sandbox.remove());

    function run(program: typeof ours, line: string, family: string) {
      const args = line.split(" ").map((word) => word.replace("@", repository).replace("R_", "R "));
      const env = { BORG_EXIT_CODES: family };
      const { status, stderr } = sandbox.run(program, args, { base, env });
      const said = stderr.replaceAll(repository, "@").trimEnd();
      return { status, stderr: said, last: said.split("\n").at(-1)!.replace(/^borg( \w+)?: /, "") };
    }

    for (const [line, message, [legacy, modern], alike] of refusals) {
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
}

/** Path, length and content of each file. */
function fingerprints(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
  const digest = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
  return Object.fromEntries(
    paths.sort().map((path) => [path, statSync(path).isFile() ? digest(path) : "folder"]),
  );
}
