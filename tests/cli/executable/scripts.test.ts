import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { lstatSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { environment, ours, Sandbox } from "../../interop/harness.ts";
import { findMismatch, parseScript, type Step } from "../command_script.ts";
import { converse } from "./terminal.ts";

const FOLDER = fileURLToPath(new URL("./scripts/", import.meta.url));

/** A temporary folder in which `borg` is the executable under test. */
class Stage {
  readonly sandbox = new Sandbox();
  readonly cwd: string = this.sandbox.folder("work");
  readonly env: Record<string, string>;

  constructor() {
    const bin = this.sandbox.folder("bin");
    symlinkSync(ours.path, join(bin, "borg"));
    const base = environment(this.sandbox.folder("base"));
    this.env = { ...base, PATH: `${bin}:${base["PATH"]}` };
  }

  async perform(step: Step): Promise<void> {
    if (step.terminal) await this.#converse(step);
    else this.#run(step);
    for (const path of step.present) assert.ok(exists(join(this.cwd, path)), `${path} must exist`);
    for (const path of step.absent) assert.ok(!exists(join(this.cwd, path)), `${path} must not exist`);
  }

  #run(step: Step): void {
    const input = step.dialogue.map((turn) => ("types" in turn ? `${turn.types}\n` : "")).join("");
    const options = { cwd: this.cwd, env: this.env, input, encoding: "utf8" } as const;
    const { status, stdout, stderr, error } = spawnSync("sh", ["-c", step.command], options);
    if (error) throw error;
    assert.equal(status, step.status, `exit status ${status}\n${stdout}${stderr}`);
    const wrong = findMismatch(stdout, step.stdout) ?? findMismatch(stderr, step.stderr);
    if (wrong !== undefined) assert.fail(wrong);
  }

  async #converse(step: Step): Promise<void> {
    const { status, shown } = await converse(step.command, step.dialogue, this);
    assert.equal(status, step.status, `exit status ${status}\n${shown}`);
  }
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

async function perform(path: string): Promise<void> {
  const stage = new Stage();
  try {
    for (const step of parseScript(readFileSync(path, "utf8"))) {
      try {
        await stage.perform(step);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        assert.fail(`${basename(path)} line ${step.line}: ${step.command}\n${reason}`);
      }
    }
  } finally {
    stage.sandbox.remove();
  }
}

describe("command scripts", () => {
  const scripts = readdirSync(FOLDER).filter((name) => name.endsWith(".txt")).sort();
  it("are found", () => assert.ok(scripts.length > 0));
  for (const name of scripts) it(name.replace(".txt", ""), () => perform(join(FOLDER, name)));
});
