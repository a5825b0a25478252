import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ours, type Program, Sandbox, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { noise } from "../check/damaged_repository.ts";
import { type Moment, runStoppedAt } from "./stopped_at.ts";

const SIZE = 200_000;

interface Change {
  readonly name: string;
  readonly victim: "victim" | "victims";
  readonly moment: Moment;
  readonly happens: (path: string) => void;
  /** The line about the victim, and the status of the run. */
  readonly status: number;
  readonly line: string;
}

const CHANGES: readonly Change[] = [
  { name: "vanishes before it is opened", victim: "victim", moment: "stat", happens: unlinkSync, status: 1, line: "E" },
  {
    name: "becomes a directory before it is opened",
    victim: "victim",
    moment: "stat",
    happens: (path) => replace(path, mkdirSync),
    status: 1,
    line: "E",
  },
  {
    name: "becomes a fifo before it is opened, which nobody writes to",
    victim: "victim",
    moment: "stat",
    happens: (path) => replace(path, () => void spawnSync("mkfifo", [path])),
    status: 1,
    line: "E",
  },
  {
    name: "becomes a symbolic link before it is opened",
    victim: "victim",
    moment: "stat",
    happens: (path) => replace(path, () => symlinkSync("a", path)),
    status: 1,
    line: "E",
  },
  {
    name: "becomes another file before it is opened",
    victim: "victim",
    moment: "stat",
    happens: (path) => {
      writeFileSync(`${path}.new`, "other");
      replace(path, () => spawnSync("mv", [`${path}.new`, path]));
    },
    status: 1,
    line: "E",
  },
  {
    name: "shrinks once it is open",
    victim: "victim",
    moment: "open",
    happens: (path) => truncateSync(path, 5),
    status: 0,
    line: "A",
  },
  {
    name: "grows once it is open",
    victim: "victim",
    moment: "open",
    happens: (path) => appendFileSync(path, noise(1_000_000, 9)),
    status: 0,
    line: "A",
  },
  { name: "vanishes once it is open", victim: "victim", moment: "open", happens: unlinkSync, status: 0, line: "A" },
  {
    name: "shrinks while it is read",
    victim: "victim",
    moment: "read",
    happens: (path) => truncateSync(path, 5),
    status: 1,
    line: "C",
  },
  { name: "vanishes before it is opened", victim: "victims", moment: "stat", happens: removeAll, status: 1, line: "E" },
  {
    name: "becomes a file before it is opened",
    victim: "victims",
    moment: "stat",
    happens: (path) => {
      removeAll(path);
      writeFileSync(path, "no directory");
    },
    status: 1,
    line: "E",
  },
  { name: "vanishes once it is open", victim: "victims", moment: "open", happens: removeAll, status: 0, line: "d" },
];

function removeAll(path: string): void {
  rmSync(path, { recursive: true });
}

function replace(path: string, make: (path: string) => void): void {
  unlinkSync(path);
  make(path);
}

describe("a source that changes under a backup:", requirePeer("strace", "borg"), () => {
  const sandbox = new Sandbox();
  const tree = sandbox.path("tree");

  before(() => {
    for (const { name } of [ours, theirs]) {
      sandbox.succeed(name === "ours" ? ours : theirs, ["init", "-e", "none", `repo-${name}`]);
    }
  });
  after(() => sandbox.remove());

  function plant(): void {
    rmSync(tree, { recursive: true, force: true });
    mkdirSync(join(tree, "victims"), { recursive: true });
    for (const [i, name] of ["a", "victim", "z", "victims/x"].entries()) {
      writeFileSync(join(tree, name), noise(SIZE, i));
    }
  }

  async function create(program: Program, number: number, { moment, victim, happens }: Change) {
    plant();
    const args = ["create", "--list", "--files-cache", "disabled", `repo-${program.name}::${number}`, "tree"];
    const path = join(tree, victim);
    const meanwhile = () => happens(path);
    const { status, stderr } = await runStoppedAt(sandbox, program, args, { moment, path, meanwhile });
    return { status, lines: stderr.split("\n").filter((line) => line !== "" && !line.startsWith("strace:")).sort() };
  }

  for (const [i, change] of CHANGES.entries()) {
    const what = change.victim === "victim" ? "a file" : "a directory";
    it(`${what} that ${change.name} is told of as BorgBackup does, and all others are there`, async () => {
      const mine = await create(ours, i, change);
      assert.equal(mine.status, change.status, mine.lines.join("\n"));
      assert.ok(mine.lines.includes(`${change.line} tree/${change.victim}`), mine.lines.join("\n"));
      assert.deepEqual(mine, await create(theirs, i, change));
      const into = sandbox.folder(`restored-${i}`);
      sandbox.succeed(ours, ["extract", `${sandbox.path("repo-ours")}::${i}`], { cwd: into });
      for (const name of ["a", "z"]) {
        assert.deepEqual(readFileSync(join(into, "tree", name)), readFileSync(join(tree, name)), name);
      }
      assert.equal(existsSync(join(into, "tree", change.victim)), change.line !== "E");
      assert.ok(readdirSync(join(into, "tree")).length >= 3 - Number(change.line === "E"));
    });
  }
});
