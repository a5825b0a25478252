import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, rmSync, symlinkSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { environment, ours, Sandbox } from "../../../interop/harness.ts";
import { require, type Requirement } from "../../../interop/requirements.ts";

/** What ends the program with a status of its own, in shell commands. */
export interface Condition {
  readonly code: string;
  /** Status with BORG_EXIT_CODES=modern. */
  readonly status: number;
  readonly cause?: string;
  readonly command: string;
  /** What is said to standard error. */
  readonly says: RegExp;
  readonly needs?: Requirement;
}

const PARTS = ["work", "base"];
const COPY = { recursive: true, preserveTimestamps: true };

/**
 * Tests the statuses of both families, each time in a folder with a `file`, the repository `plain` without a key and an
 * archive `a` in it, and the repository `keyed` with a key file, which is empty.
 */
export function describeConditions(title: string, legacyStatus: number, conditions: readonly Condition[]): void {
  describe(title, () => {
    const sandbox = new Sandbox();
    before(() => {
      for (const part of PARTS) sandbox.folder(part);
      symlinkSync(ours.path, `${sandbox.folder("bin")}/borg`);
      const { status, stderr } = sh(
        "echo content >file; borg init -e none plain && borg create plain::a file && borg init -e keyfile-blake2 keyed",
      );
      assert.equal(status, 0, stderr);
      for (const part of PARTS) cpSync(sandbox.path(part), sandbox.path(`frozen-${part}`), COPY);
    });
    after(() => sandbox.remove());

    function sh(script: string, env: Record<string, string> = {}) {
      const common = environment(sandbox.path("base"));
      return spawnSync("sh", ["-c", script], {
        cwd: sandbox.path("work"),
        env: { ...common, PATH: `${sandbox.path("bin")}:${common["PATH"]}`, ...env },
        input: "",
        encoding: "utf8",
      });
    }

    function thaw(): void {
      for (const part of PARTS) {
        rmSync(sandbox.path(part), { recursive: true, force: true });
        cpSync(sandbox.path(`frozen-${part}`), sandbox.path(part), COPY);
      }
    }

    for (const { code, status, cause = ":", command, says, needs = {} } of conditions) {
      it(`${code}: ${status}, or ${legacyStatus}`, needs, () => {
        for (const [family, expected] of [["modern", status], ["legacy", legacyStatus]] as const) {
          thaw();
          const script = `{ ${cause}\n} >/dev/null 2>&1; ${command}`;
          const { status: ended, stderr } = sh(script, { BORG_EXIT_CODES: family });
          assert.match(stderr, says);
          assert.equal(ended, expected, stderr);
        }
      });
    }
  });
}

/** Root may make files unchangeable, where the file system has the flag. */
export function requireImmutability(): Requirement {
  const script = "f=$(mktemp) && chattr +i $f && chattr -i $f; status=$?; rm -f $f; exit $status";
  return require(spawnSync("sh", ["-c", script]).status === 0, "no immutable files here");
}
