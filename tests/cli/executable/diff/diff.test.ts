import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, describe, it } from "node:test";
import { ours, type Outcome, Sandbox, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";

const PREPARE = `
  mkdir dir gone-dir type2; echo one > modified; echo x > gone; ln -s target link; ln -s target changed-link
  mkfifo pipe gone-pipe; echo hl > hl1; ln hl1 hl2; ln hl1 hl3; echo mode > mode; echo t > type; : > empty
  head -c 3000000 /dev/urandom > big; touch "$(printf 'bad\\377')"; echo broken > broken1; ln broken1 broken2`;

const CHANGE = `
  echo two2 > modified; rm gone; rmdir gone-dir; rm changed-link; ln -s other changed-link; rm gone-pipe
  mkfifo new-pipe; mkdir new-dir; ln -s x new-link; echo new > added; : > added-empty; chmod 600 mode; chmod 700 dir
  printf zz >> big; echo cc > hl1; rm hl3; rm broken2; echo q2 > broken2; rm type; mkdir type; rmdir type2; ln -s x type2
  touch -d 2020-01-01 empty; ln modified modified2; echo y > "$(printf 'bad\\377')"`;

/** BorgBackup 1.2 says that files were modified by 0 bytes, 1.4 does not. */
function asVersion14(text: string): string {
  return text.replaceAll(/^ {6}0 B {7}0 B \[/gm, "[")
    .replaceAll(/\{"added": 0, "removed": 0, "type": "modified"\}(, )?/g, "")
    .replaceAll("\\udcff", "?");
}

describe("borg diff", requirePeer("borg"), () => {
  const sandbox = new Sandbox();
  const base = sandbox.folder("base");
  const cwd = sandbox.folder("source");
  const repository = sandbox.path("repository");
  const run = (args: readonly string[]) => sandbox.run(ours, args, { base, cwd });

  function create(name: string, ...options: string[]): void {
    sandbox.succeed(theirs, ["create", ...options, `${repository}::${name}`, "."], { base, cwd });
  }

  function same(...args: string[]): Outcome {
    const [mine, other] = [ours, theirs].map((program) => sandbox.run(program, ["diff", ...args], { base, cwd }));
    assert.equal(mine!.stdout, asVersion14(other!.stdout), `borg diff ${args.join(" ")}`);
    assert.equal(mine!.stderr, other!.stderr);
    return mine!;
  }

  before(() => {
    sandbox.succeed(theirs, ["init", "-e", "none", repository], { base });
    execFileSync("sh", ["-c", PREPARE], { cwd });
    create("a");
    execFileSync("sh", ["-c", CHANGE], { cwd });
    create("b");
    create("cut", "--chunker-params", "10,15,12,4095");
    create("no-ctime", "--noctime");
  });
  after(() => sandbox.remove());

  for (const option of ["", "--content-only", "--json-lines", "--numeric-ids", "--iec", "--consider-part-files"]) {
    it(`says what BorgBackup says ${option}`, () => {
      const options = option === "" ? [] : [option];
      assert.equal(same(...options, `${repository}::a`, "b").status, 0);
      same(...options, `${repository}::b`, "a");
      same("--json-lines", ...options, `${repository}::b`, "no-ctime");
    });
  }

  it("compares contents that were cut in different ways", () => {
    assert.equal(same("--content-only", `${repository}::b`, "cut").stdout, "");
    const { status, stdout, stderr } = same(`${repository}::a`, "cut");
    assert.deepEqual([status, stderr], [0, "--chunker-params are different between archives, diff will be slow.\n"]);
    assert.match(stdout, /^modified \[.*\] big$/m);
    same("--same-chunker-params", `${repository}::a`, "cut");
  });

  it("looks at the paths and patterns given, and warns of those that match nothing", () => {
    same(`${repository}::a`, "b", "-e", "*link*");
    assert.equal(same(`${repository}::a`, "b", "modified", "nothing").status, 1);
    const modern = sandbox.run(ours, ["diff", `${repository}::a`, "b", "nothing"], {
      base,
      env: { BORG_EXIT_CODES: "modern" },
    });
    assert.equal(modern.status, 101);
  });

  it("sorts", () => {
    const { stdout } = sandbox.run(theirs, ["diff", "--sort", `${repository}::a`, "b"], { base });
    const mine = run(["diff", "--sort-by", "path", `${repository}::a`, "b"]);
    assert.equal(mine.stdout, asVersion14(stdout));
    const old = run(["diff", "--sort", `${repository}::a`, "b"]);
    assert.deepEqual(old, { ...mine, stderr: 'Warning: "--sort" has been deprecated. Use --sort-by=path instead.\n' });
    const bySize = run(["diff", "--content-only", "--sort-by", ">size_added,path", `${repository}::a`, "b"]);
    assert.match(bySize.stdout.split("\n")[0]!, / big$/);
    assert.equal(run(["diff", "--sort-by", "color", `${repository}::a`, "b"]).status, 2);
  });

  it("goes on where the master of a hard link is left out", () => {
    const outcome = ["hl1", "hl2"].map((path) => run(["diff", `${repository}::a`, "b", path]))
      .find(({ stderr }) => stderr !== "");
    assert.deepEqual([outcome?.status, outcome?.stdout], [1, ""]);
    assert.match(outcome!.stderr, /^hl[12]: hard link source is not among the compared items/);
  });

  it("fails without the archives", () => {
    assert.deepEqual(run(["diff", `${repository}::a`, "nope"]), {
      status: 2,
      stdout: "",
      stderr: "Archive nope does not exist\n",
    });
  });
});
