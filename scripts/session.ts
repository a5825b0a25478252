import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { findCommand } from "../tests/interop/requirements.ts";
import { CommandFailure, projectRoot } from "./programs.ts";
import { ReleaseHost } from "./session/release_host.ts";
import { COMMANDS, fillHome } from "./session/script.ts";

const { values } = parseArgs({ options: { from: { type: "string", default: "dist/release" } } });
const EXECUTABLE = "borg-linux-x64";
const README = join(projectRoot, "README.md");
const PLACE = /(<!-- session -->\n\n```console\n).*?(```\n\n<!-- \/session -->)/s;
const USER = "1000:1000";

/** A root with a C library, busybox, and the home of somebody who has never seen this program. */
function makeRoot(executable: string): string {
  const root = mkdtempSync(join(tmpdir(), "vinculum-session-"));
  chmodSync(root, 0o755);
  const libraries = spawnSync("ldd", [executable], { encoding: "utf8" }).stdout.match(/\/\S+/g) ?? [];
  for (const path of libraries) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    copyFileSync(path, join(root, path));
  }
  for (const name of ["proc", "bin", "home/anna"]) mkdirSync(join(root, name), { recursive: true });
  copyFileSync(findCommand("busybox")!, join(root, "bin/busybox"));
  run("chroot", [root, "/bin/busybox", "--install", "/bin"]);
  fillHome(join(root, "home/anna"));
  run("chown", ["-R", USER, join(root, "home/anna")]);
  return root;
}

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (error || status !== 0) throw new CommandFailure(`${command} ${args.join(" ")}: ${error?.message ?? stderr}`);
  return stdout;
}

/** Types one command after the other and gives what a terminal would show; every one of them must succeed. */
function record(root: string, host: ReleaseHost): string {
  return COMMANDS.map((command) => {
    const typed = command.replaceAll("HOST", host.address);
    const home = "cd; export BORG_PASSPHRASE='correct horse battery staple'; exec 2>&1";
    const script = `mount -t proc proc "$1"/proc; exec chroot --userspec=${USER} "$1" /bin/sh -euc "$2"`;
    const shown = run("env", [
      "-i",
      `PATH=${process.env["PATH"]}`,
      "HOME=/home/anna",
      ...["unshare", "-m", "sh", "-euc", script, "sh", root, `PATH=/bin; ${home}\n${typed}`],
    ]);
    return `$ ${typed}\n${shown}`;
  }).join("");
}

function publish(session: string): void {
  const readme = readFileSync(README, "utf8");
  if (!PLACE.test(readme)) throw new CommandFailure("README.md has no place for the session");
  writeFileSync(README, readme.replace(PLACE, (_, head, tail) => `${head}${session}${tail}`));
}

const folder = resolve(projectRoot, values.from);
const root = makeRoot(join(folder, EXECUTABLE));
const host = await ReleaseHost.open(folder);
try {
  const session = record(root, host);
  process.stdout.write(session);
  publish(session);
} finally {
  host.close();
  rmSync(root, { recursive: true });
}
