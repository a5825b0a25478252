import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { MODE_NAMES } from "../../../crypto/material.ts";
import { ours, type Program, Sandbox, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";

describe("init makes what BorgBackup makes", requirePeer("borg"), () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());

  /** Each program has the same names in a folder of its own. */
  const place = (program: Program, ...names: string[]) => sandbox.path(`of-${program.name}`, ...names);
  const run = (program: Program, args: readonly string[], env: Record<string, string> = {}) => {
    const folder = sandbox.folder(`of-${program.name}`);
    const base = sandbox.folder(`of-${program.name}`, "base");
    const { status, stdout, stderr } = sandbox.run(program, args, { cwd: folder, base, env });
    return { status, stdout, stderr: stderr.replaceAll(folder, "") };
  };

  const both = <T>(look: (program: Program) => T): T => {
    const mine = look(ours);
    assert.deepEqual(mine, look(theirs));
    return mine;
  };

  for (const mode of MODE_NAMES) {
    it(`with -e ${mode}`, () => {
      const made = both((program) => {
        assert.equal(run(program, ["init", "-e", mode, mode]).status, 0);
        return { repository: describeFolder(place(program, mode)), base: describeFolder(place(program, "base")) };
      });
      assert.equal(made.repository["config"]!.includes("key = "), !/none|keyfile/.test(mode));
    });
  }

  for (
    const [title, options, expected] of [
      ["appended to only", ["--append-only"], /^append_only = 1$/m],
      ["with a quota", ["--storage-quota", "1.5G"], /^storage_quota = 1500000000$/m],
      ["below folders that are not there", ["--make-parent-dirs"], /^version = 1$/m],
      ["under another umask", ["--umask", "027"], /^version = 1$/m],
    ] as const
  ) {
    it(title, () => {
      const path = options.includes("--make-parent-dirs" as never) ? "new/deep/repo" : title.replaceAll(" ", "_");
      const made = both((program) => {
        const { status, stderr } = run(program, ["init", "-e", "none", ...options, path]);
        return { status, stderr, repository: describeFolder(place(program, path)) };
      });
      assert.match(made.repository["config"]!, expected);
    });
  }

  it("in the place that is asked for, if there is nothing yet", () => {
    for (const program of [ours, theirs]) {
      mkdirSync(place(program, "empty"));
      mkdirSync(place(program, "full"));
      for (const name of ["full/file", "file"]) writeFileSync(place(program, name), "content");
    }
    const attempt = (...args: string[]) => both((program) => run(program, ["init", "-e", "none", ...args]));
    assert.equal(attempt("empty").status, 0);
    for (const path of ["full", "file", "empty", "empty/inside", "gone/repo", "--make-parent-dirs file/repo"]) {
      const { status, stderr } = run(ours, ["init", "-e", "none", ...path.split(" ")]);
      assert.equal(status, 2, path);
      if (!path.startsWith("--")) assert.deepEqual({ status, stderr, stdout: "" }, attempt(...path.split(" ")));
      assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
    }
    assert.equal(existsSync(place(ours, "empty", "inside")), false);
    assert.deepEqual(readdirSync(place(ours, "full")), ["file"]);
  });

  it("puts keys of repositories at the same place side by side", () => {
    const names = both((program) => {
      const env = { BORG_KEYS_DIR: place(program, "keys") };
      for (let i = 0; i < 3; i++) {
        assert.equal(run(program, ["init", "-e", "keyfile", "a b/../näme.repo"], env).status, 0);
        rmSync(place(program, "näme.repo"), { recursive: true });
      }
      return readdirSync(place(program, "keys")).map((name) => name.replaceAll(program.name, "")).sort();
    });
    assert.equal(names.length, 3);
    assert.match(names.join(" "), /^\S+_repo \S+_repo\.2 \S+_repo\.3$/);
  });

  it("puts the key where BORG_KEY_FILE says, and overwrites nothing there", () => {
    const outcomes = both((program) => {
      const env = { BORG_KEY_FILE: place(program, "my-key") };
      const first = run(program, ["init", "-e", "keyfile", "own1"], env).status;
      const second = run(program, ["init", "-e", "keyfile", "own2"], env).status;
      const mode = statSync(place(program, "my-key")).mode & 0o777;
      return { first, second: second === 0, mode, list: run(program, ["list", "own1"], env).status };
    });
    assert.deepEqual(outcomes, { first: 0, second: false, mode: 0o600, list: 0 });
    assert.equal(existsSync(place(ours, "own2")), false);
  });
});

/**
 * What is in a folder: file names with modes, and the text of what says the same whoever writes it. BorgBackup makes the
 * folder for keys only when it looks for one.
 */
function describeFolder(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => !/borg\/keys$/.test(name));
  return Object.fromEntries(
    names.sort().map((name) => {
      const path = join(folder, name);
      return [anonymous(name), `${statSync(path).mode.toString(8)} ${anonymous(telling(path))}`];
    }),
  );
}

function telling(path: string): string {
  if (/\/README$|^(?!.*\.cache).*\/config$/.test(path)) return readFileSync(path, "utf8");
  return path.endsWith("CACHEDIR.TAG") ? readFileSync(path, "utf8").split("\n")[0]! : "";
}

function anonymous(text: string): string {
  return text.replaceAll(/[0-9a-f]{64}/g, "ID").replace(/^key = .*\n(\t.*\n)*/m, "key = …\n").replaceAll(
    "of_theirs",
    "of_ours",
  );
}
