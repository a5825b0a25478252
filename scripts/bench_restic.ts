import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { findCommand } from "../tests/interop/requirements.ts";
import { writeImage, writeSmallFiles } from "./bench/data.ts";
import { type Command, type Cost, measure, summarize } from "./bench/measure.ts";
import { projectRoot } from "./programs.ts";

const { values } = parseArgs({
  options: {
    size: { type: "string", default: "256" },
    files: { type: "string", default: "5000" },
    rounds: { type: "string", default: "3" },
    borg: { type: "string", default: join(projectRoot, "dist/borg") },
  },
});

const JOBS = ["create", "create again", "restore"] as const;
type Job = typeof JOBS[number];

/** The same jobs in the words of each program: both encrypt, authenticate and compress by zstd at its usual level. */
interface Tool {
  readonly name: string;
  readonly path: string;
  init(repository: string): readonly string[];
  create(repository: string): readonly string[];
  restore(repository: string, target: string): readonly string[];
}

const TOOLS: readonly Tool[] = [
  {
    name: "vinculum",
    path: values.borg,
    init: (repository) => ["init", "-e", "repokey-blake2", repository],
    create: (repository) => ["create", "-C", "zstd,3", `${repository}::{now:%H%M%S%f}`, "."],
    restore: (repository) => ["extract", `${repository}::first`],
  },
  {
    name: "restic",
    path: findCommand("restic") ?? "restic",
    init: (repository) => ["-r", repository, "init"],
    create: (repository) => ["-r", repository, "backup", "."],
    restore: (repository, target) => ["-r", repository, "restore", "latest", "--target", target],
  },
];

function command(tool: Tool, args: readonly string[], cwd: string): Command {
  const env = {
    PATH: process.env["PATH"]!,
    HOME: join(room, tool.name),
    BORG_PASSPHRASE: "benchmark",
    RESTIC_PASSWORD: "benchmark",
  };
  return { path: tool.path, args, cwd, env };
}

/** One round of all jobs of one program, from an empty repository. */
async function round(tool: Tool, data: string): Promise<Record<Job, Cost>> {
  rmSync(join(room, tool.name), { recursive: true, force: true });
  const [repository, target] = [join(room, tool.name, "repository"), join(room, tool.name, "target")];
  mkdirSync(target, { recursive: true });
  await measure(command(tool, tool.init(repository), room));
  const first = tool.create(repository).map((word) => word.replace(/\{now.*\}$/, "first"));
  return {
    create: await measure(command(tool, first, data)),
    "create again": await measure(command(tool, tool.create(repository), data)),
    restore: await measure(command(tool, tool.restore(repository, target), target)),
  };
}

function line(data: string, job: Job, tool: Tool, costs: readonly Cost[]): string {
  const { wallSeconds, cpuSeconds, peakBytes } = summarize(costs);
  const mebibytes = (peakBytes / 2 ** 20).toFixed(0);
  return `${data.padEnd(6)} ${job.padEnd(13)} ${tool.name.padEnd(9)} ${wallSeconds.toFixed(2)} s, ${
    cpuSeconds.toFixed(2)
  } CPU s, ${mebibytes} MiB`;
}

const room = mkdtempSync(join(tmpdir(), "vinculum-restic-"));
try {
  for (const name of ["image", "files"]) mkdirSync(join(room, name));
  writeImage(join(room, "image", "vm.img"), Number(values.size));
  writeSmallFiles(join(room, "files"), Number(values.files));
  await setTimeout(20);
  for (const name of ["image", "files"]) writeFileSync(join(room, name, "newest"), "never taken for unchanged");
  for (const data of ["image", "files"]) {
    const rounds: Record<Job, Cost>[][] = TOOLS.map(() => []);
    for (let left = Number(values.rounds); left > 0; left--) {
      for (const [index, tool] of TOOLS.entries()) rounds[index]!.push(await round(tool, join(room, data)));
    }
    for (const job of JOBS) {
      for (const [index, tool] of TOOLS.entries()) {
        console.log(line(data, job, tool, rounds[index]!.map((costs) => costs[job])));
      }
    }
  }
} finally {
  rmSync(room, { recursive: true, force: true });
}
