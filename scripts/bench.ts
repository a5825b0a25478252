import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { Contestant } from "./bench/contestant.ts";
import { writeChangedImage, writeImage, writeSmallFiles } from "./bench/data.ts";
import { type Cost, measure, summarize } from "./bench/measure.ts";
import { heading, row } from "./bench/report.ts";
import { listRows, type Material, type Row } from "./bench/rows.ts";
import { projectRoot } from "./programs.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    size: { type: "string" },
    files: { type: "string" },
    rounds: { type: "string" },
    tree: { type: "string", default: "/usr/share" },
    borg: { type: "string", default: join(projectRoot, "dist/borg") },
  },
});
const megabytes = Number(values.size ?? (values.quick ? 256 : 2048));
const fileCount = Number(values.files ?? (values.quick ? 5000 : 100_000));
const rounds = Number(values.rounds ?? (values.quick ? 1 : 3));

/** Any `borg` on PATH that is not the one under test. */
function findOther(ours: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.map((folder) => join(folder, "borg")).find((path) =>
    isExecutable(path) && realpathSync(path) !== ours
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function makeMaterial(folder: string): Material {
  const material = {
    image: join(folder, "image"),
    changedImage: join(folder, "changed"),
    files: join(folder, "files"),
    tree: resolve(values.tree),
  };
  mkdirSync(material.image);
  mkdirSync(material.changedImage);
  mkdirSync(material.files);
  writeImage(join(material.image, "vm.img"), megabytes);
  writeChangedImage(join(material.image, "vm.img"), join(material.changedImage, "vm.img"));
  writeSmallFiles(material.files, fileCount);
  return material;
}

/** A, B, A, B: whatever else the machine does falls on both alike. */
async function compare(current: Row, contestants: readonly Contestant[]): Promise<Cost[]> {
  const costs = contestants.map((): Cost[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, contestant] of contestants.entries()) {
      costs[index]?.push(await measure(await current.prepare(contestant, round)));
    }
  }
  return costs.map(summarize);
}

function versionOf(path: string): string {
  return spawnSync(path, ["--version"], { encoding: "utf8" }).stdout.trim();
}

async function main(folder: string): Promise<void> {
  const ours = realpathSync(values.borg);
  const other = findOther(ours);
  const paths = other === undefined ? [ours] : [ours, other];
  for (const path of paths) console.log(`${path}: ${versionOf(path)}`);
  if (other === undefined) console.log("no other borg on PATH to compare with");
  console.log(`image of ${megabytes} MiB, ${fileCount} small files, ${values.tree}; ${rounds} rounds, data warm\n`);
  const material = makeMaterial(folder);
  const contestants = paths.map((path, index) => new Contestant(index === 0 ? "ours" : "theirs", path, folder));
  console.log(heading(contestants.map(({ name }) => name)));
  for (const current of listRows(material)) {
    const [cost, otherCost] = await compare(current, contestants);
    if (cost) console.log(row(current.name, cost, otherCost));
  }
}

const folder = mkdtempSync(join(tmpdir(), "vinculum-bench-"));
try {
  await main(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
