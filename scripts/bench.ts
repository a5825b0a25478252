import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { Contestant } from "./bench/contestant.ts";
import { writeChangedImage, writeImage, writeSmallFiles } from "./bench/data.ts";
import { writeHistory } from "./bench/history.ts";
import { type Cost, measure, summarize } from "./bench/measure.ts";
import { listRemoteRows } from "./bench/remote_rows.ts";
import { heading, row } from "./bench/report.ts";
import { listRows, type Material, type Row } from "./bench/rows.ts";
import { Sshd } from "./bench/sshd.ts";
import { type Outcome, summary } from "./bench/summary.ts";
import { projectRoot } from "./programs.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    size: { type: "string" },
    files: { type: "string" },
    rounds: { type: "string" },
    tree: { type: "string", default: "/usr/share" },
    borg: { type: "string", default: join(projectRoot, "dist/borg") },
    port: { type: "string", default: "42022" },
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

async function makeMaterial(folder: string, contestant: Contestant): Promise<Material> {
  const archives = values.quick ? 30 : 300;
  const material = {
    image: join(folder, "image"),
    changedImage: join(folder, "changed"),
    files: join(folder, "files"),
    tree: resolve(values.tree),
    history: { path: await writeHistory(contestant, join(folder, "history"), archives), archives },
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
  const contestants = paths.map((path, index) => new Contestant(index === 0 ? "ours" : "theirs", path, folder));
  const material = await makeMaterial(folder, contestants[0]!);
  console.log(heading(contestants.map(({ name }) => name)));
  const outcomes = await compareAll(listRows(material), contestants);
  const remote = await withSshd(folder, (sshd) => compareAll(listRemoteRows(material, sshd), contestants));
  console.log(`\n${summary([...outcomes, ...remote])}`);
}

async function compareAll(rows: readonly Row[], contestants: readonly Contestant[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { name, prepare } of rows) {
    const [ours, theirs] = await compare({ name, prepare }, contestants);
    console.log(row(name, ours!, theirs));
    outcomes.push({ name, ours: ours!, theirs });
  }
  return outcomes;
}

/** Nothing where no sshd can be run. */
async function withSshd(folder: string, use: (sshd: Sshd) => Promise<Outcome[]>): Promise<Outcome[]> {
  if (!Sshd.isPossible) {
    console.log("no rows over ssh: they need sshd, and root's right to run it");
    return [];
  }
  const sshd = new Sshd(join(folder, "sshd"), Number(values.port));
  await sshd.start();
  try {
    return await use(sshd);
  } finally {
    sshd.stop();
  }
}

const folder = mkdtempSync(join(tmpdir(), "vinculum-bench-"));
try {
  await main(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
