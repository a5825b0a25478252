import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { bun, projectRoot } from "../programs.ts";
import { type Mutant, MUTANTS, type Patch } from "./mutant_list.ts";

const COPIED = ["main.ts", "deno.json", "src", "wasm", "tests", "scripts"];

/** Longer than any of the tests takes. */
const LIMIT = 300_000;

interface Tested {
  readonly passed: number;
  readonly failed: number;
  readonly output: string;
}

/** The source with the mistake in it. Throws when the text is not there, or is there twice. */
export function mutate(source: string, { file, from, to }: Patch): string {
  const found = source.split(from).length - 1;
  if (found !== 1) throw new Error(`${file} has ${found} times: ${from}`);
  return source.replace(from, () => to);
}

/** Makes each of the mistakes in a copy of the sources, and demands that its test passes without it and fails with it. */
export function tortureByMutants(_seed: number, until: number): Promise<void> {
  const copy = new Copy();
  const missed: string[] = [];
  let caught = 0;
  try {
    for (const mutant of MUTANTS) {
      if (performance.now() > until) break;
      const verdict = copy.judge(mutant);
      console.log(`${mutant.kind}: ${mutant.name}: ${verdict}`);
      if (verdict === "caught") caught++;
      else missed.push(mutant.name);
    }
  } finally {
    copy.remove();
  }
  console.log(`${caught} of ${MUTANTS.length} mutants caught`);
  return missed.length === 0 ? Promise.resolve() : Promise.reject(new Error(`${missed.length} were not caught`));
}

/** A copy of the sources, in which tests run; those of the executable on the sources too. */
class Copy {
  readonly #root = mkdtempSync(join(tmpdir(), "vinculum-mutants-"));
  readonly #sound = new Set<string>();

  constructor() {
    for (const name of COPIED) cpSync(join(projectRoot, name), join(this.#root, name), { recursive: true });
    symlinkSync(join(projectRoot, "node_modules"), join(this.#root, "node_modules"));
    writeFileSync(
      this.#executable,
      `#!/bin/sh\nBUN_RUNTIME_TRANSPILER_CACHE_PATH=0 exec '${bun}' '${join(this.#root, "main.ts")}' "$@"\n`,
    );
    chmodSync(this.#executable, 0o755);
  }

  judge(mutant: Mutant): string {
    const before = this.#testOnce(mutant);
    if (before !== undefined) return before;
    const originals = mutant.patches.map(({ file }) => [join(this.#root, file), this.#read(file)] as const);
    try {
      for (const patch of mutant.patches) {
        writeFileSync(join(this.#root, patch.file), mutate(this.#read(patch.file), patch));
      }
      const { failed, output } = this.#test(mutant);
      if (/SyntaxError|Unhandled error between tests|error: Cannot find/.test(output)) return `broken\n${output}`;
      return failed > 0 ? "caught" : "NOT CAUGHT";
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      for (const [path, content] of originals) writeFileSync(path, content);
    }
  }

  remove(): void {
    rmSync(this.#root, { recursive: true });
  }

  /** What is wrong with the test when nothing is wrong with the program. */
  #testOnce(mutant: Mutant): string | undefined {
    const key = `${mutant.test} ${mutant.only}`;
    if (this.#sound.has(key)) return undefined;
    const { passed, failed, output } = this.#test(mutant);
    if (failed > 0) return `the test fails without the mutant\n${output}`;
    if (passed === 0) return `there is no such test: ${key}`;
    this.#sound.add(key);
    return undefined;
  }

  #test({ test, only, stride }: Mutant): Tested {
    const options = ["test", "--timeout", String(LIMIT), ...(only === undefined ? [] : ["-t", only])];
    const { stderr, stdout } = spawnSync(bun, [...options, `./${test}`], {
      cwd: this.#root,
      env: {
        ...process.env,
        VINCULUM_BORG: this.#executable,
        ...(stride && { VINCULUM_TORTURE_STRIDE: String(stride) }),
      },
      encoding: "utf8",
      timeout: LIMIT,
      maxBuffer: 2 ** 28,
    });
    const output = stdout + stderr;
    const count = (what: string) => Number(new RegExp(`^ *(\\d+) ${what}$`, "m").exec(output)?.[1] ?? 0);
    return { passed: count("pass"), failed: count("fail"), output };
  }

  #read(file: string): string {
    return readFileSync(join(this.#root, file), "utf8");
  }

  get #executable(): string {
    return join(this.#root, "borg");
  }
}
