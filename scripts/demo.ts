import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { projectRoot } from "./programs.ts";

const EXECUTABLE = join(projectRoot, "dist", "borg");
const PASSPHRASE = "correct horse battery staple";

/** A temporary folder in which every command is echoed before it runs, and must succeed. */
class Stage {
  readonly folder: string = mkdtempSync(join(tmpdir(), "vinculum-demo-"));
  readonly #env: Record<string, string> = {
    ...withoutBorgSettings(),
    PATH: `${join(projectRoot, "dist")}${delimiter}${process.env["PATH"]}`,
    BORG_BASE_DIR: join(this.folder, "home"),
    BORG_PASSPHRASE: PASSPHRASE,
  };

  constructor() {
    mkdirSync(join(this.folder, "home"));
    mkdirSync(join(this.folder, "restored"));
  }

  show(command: string, cwd = "."): void {
    const place = cwd === "." ? "" : `cd ${cwd} && `;
    console.log(`\n$ ${place}${command}`);
    const options = { cwd: join(this.folder, cwd), env: this.#env, stdio: "inherit" } as const;
    const { status, signal, error } = spawnSync("sh", ["-c", command], options);
    if (error) throw error;
    if (status !== 0) throw new Error(`that ended with ${signal ?? `status ${status}`}, and should not have`);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Whoever watches may use BorgBackup; their repository is none of our business. */
function withoutBorgSettings(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("BORG_"));
  return Object.fromEntries(kept.map(([name, value]) => [name, value ?? ""]));
}

function say(text: string): void {
  console.log(`\n${text}`);
}

/** The folder to back up: this project's own sources, which are there wherever this runs. */
function prepareFolder(stage: Stage): void {
  const documents = join(stage.folder, "documents");
  for (const name of ["src", "tests", "docs", "README.md", "LICENSE", "deno.lock"]) {
    cpSync(join(projectRoot, name), join(documents, name), { recursive: true });
  }
}

function changeFolder(stage: Stage): void {
  const documents = join(stage.folder, "documents");
  appendFileSync(join(documents, "README.md"), "\nA line that was not there yesterday.\n");
  writeFileSync(join(documents, "new.txt"), "a new file\n");
}

function countFiles(folder: string): { files: number; bytes: number } {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
  const files = paths.map((path) => statSync(path)).filter((stat) => stat.isFile());
  return { files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) };
}

function perform(stage: Stage): void {
  prepareFolder(stage);
  const { files, bytes } = countFiles(join(stage.folder, "documents"));
  say(`In ${stage.folder} lie ${files} files, ${(bytes / 1e6).toFixed(1)} MB, to be backed up.`);
  say("An encrypted repository, to begin with. The passphrase comes from BORG_PASSPHRASE here.");
  stage.show("borg init --encryption repokey-blake2 repository");
  say("The first backup stores everything, compressed, each piece once:");
  stage.show("borg create --stats --compression zstd,3 repository::monday documents");
  changeFolder(stage);
  say("One file gets a new line, and one is added. The second backup stores little more than that:");
  stage.show("borg create --stats --compression zstd,3 repository::tuesday documents");
  say("Both are there, each complete:");
  stage.show("borg list repository");
  stage.show("borg diff repository::monday tuesday");
  say("Is all of it readable and authentic?");
  stage.show("borg check --verify-data repository");
  say("Back with it, into an empty folder, and not a byte may differ from what was backed up:");
  stage.show("borg extract ../repository::tuesday", "restored");
  stage.show("diff --recursive documents restored/documents && echo identical");
}

function bidFarewell(): void {
  say(`That was ${EXECUTABLE}, one file without dependencies. For files of your own:

  ${EXECUTABLE} init --encryption repokey-blake2 ~/backup
  ${EXECUTABLE} create --stats ~/backup::first ~/Documents
  ${EXECUTABLE} list ~/backup
  ${EXECUTABLE} extract ~/backup::first
  ${EXECUTABLE} --help

It reads and writes BorgBackup 1.x repositories, here and on other machines: an existing one will do.
Keep the passphrase and a copy of the key (\`key export\`) somewhere else: without them there is no way back.`);
}

const stage = new Stage();
try {
  perform(stage);
  bidFarewell();
} catch (error) {
  console.error(`\ndemo failed: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  stage.remove();
}
