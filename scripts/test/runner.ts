import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { bun, deno, projectRoot } from "../programs.ts";
import { settle, type Tally, tallyBun, tallyDeno } from "./tally.ts";

interface Ended {
  readonly output: string;
  readonly status: number | null;
}

/**
 * Runs the files under Deno, one after the other: its parallel runs are threads of one process, which share open files,
 * umask and current directory. Types are the business of `task check`.
 */
export async function testWithDeno(files: readonly string[]): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), "vinculum-report-"));
  try {
    const report = join(folder, "report.xml");
    const args = ["test", "-A", "--no-check", `--junit-path=${report}`, ...files];
    const { output, status } = await watch(deno, args, { label: "deno: ", isDull: isUneventful });
    return settle(tallyDeno(readReport(report)), output, status);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs the files under Bun, at most `limit` milliseconds each test; `label` goes before each line of the output. */
export async function testWithBun(
  files: readonly string[],
  { limit, label, options }: { limit: number; label: string; options: readonly string[] },
): Promise<Tally> {
  const args = ["test", `--timeout=${limit}`, ...options, ...files.map((file) => `./${file}`)];
  const { output, status } = await watch(bun, args, { label, isDull: () => false });
  return settle(tallyBun(output), output, status);
}

/** No report is what a run leaves that broke down before its first test. */
function readReport(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return "";
    throw error;
  }
}

/** Lines of `deno test` that only say that things go well. */
function isUneventful(line: string): boolean {
  return /^(running \d+ tests? from|Check ).*|\.\.\.( ok| ignored|$)/.test(line) || line.trim() === "";
}

interface Showing {
  readonly label: string;
  isDull(line: string): boolean;
}

/** Runs a command, shows its output line by line without the dull ones, and keeps all of it. */
function watch(command: string, args: readonly string[], { label, isDull }: Showing): Promise<Ended> {
  const child = spawn(command, args, {
    cwd: projectRoot,
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (!isDull(line)) console.log(label + line);
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ output, status }));
  });
}
