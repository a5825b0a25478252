import assert from "node:assert/strict";
import { cpSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeTree, type Description } from "../../../interop/describe_tree.ts";
import { ours, type Outcome, type Program, Sandbox, theirs } from "../../../interop/harness.ts";
import { readObjectIds } from "../../../interop/segments.ts";
import { type ArchiveIds, DamagedRepository, noise } from "./damaged_repository.ts";

export const PARAMS = ["--chunker-params", "buzhash,12,16,14,4095"];
const CONSENT = { BORG_CHECK_I_KNOW_WHAT_I_AM_DOING: "YES" };

/** What an archive holds, and what of that is on the disk. */
interface Contents {
  readonly ids: ArchiveIds;
  readonly tree: readonly Description[];
}

export interface Dump {
  readonly meta: Readonly<Record<string, unknown>>;
  readonly items: readonly {
    readonly path: string;
    readonly chunks?: unknown[];
    readonly chunks_healthy?: unknown[];
  }[];
}

/** A file that came back otherwise than it was. */
export interface Restored {
  /** Paths that came back as they were. */
  readonly whole: readonly string[];
  /** Files of the right length in which nothing but zeros is wrong. */
  readonly zeroed: readonly string[];
}

/** A sound repository, of which every case damages and repairs a copy. */
export class Ward {
  readonly sandbox = new Sandbox();
  readonly one: Contents;
  readonly two: Contents;
  readonly #sound: DamagedRepository;
  readonly #creator: Program;

  /** Two archives in several segments. The items of the second one fill several chunks. */
  constructor(creator: Program, mode: string) {
    this.#creator = creator;
    const tree = this.sandbox.folder("source", "tree");
    const path = this.sandbox.path("sound");
    this.sandbox.succeed(creator, ["init", "-e", mode, path]);
    const config = join(path, "config");
    writeFileSync(config, readFileSync(config, "utf8").replace(/max_segment_size = \d+/, "max_segment_size = 100000"));
    this.#sound = new DamagedRepository(this.sandbox, path);
    writeFileSync(join(tree, "large"), noise(300_000));
    for (let i = 0; i < 20; i++) writeFileSync(join(tree, `small${i}`), `small file ${i}\n`);
    this.one = this.#archive("one");
    // Long items, so that few of them fill several chunks.
    for (let i = 0; i < 300; i++) symlinkSync(noise(1700, i).toString("hex"), join(tree, `link${i}`));
    writeFileSync(join(tree, "second"), noise(50_000, 7));
    this.two = this.#archive("two");
    assert.ok(this.two.ids.items.length > 2 && this.large.length > 4, "several chunks each");
  }

  /** The chunks of a large file, which both archives hold. */
  get large(): readonly string[] {
    return this.one.ids.files.get("tree/large")!;
  }

  /** A damaged copy with the memory of the program that made it. */
  admit(damage: (patient: DamagedRepository) => void, name = "patient"): Patient {
    const repository = this.#sound.copyTo(this.sandbox.path(name));
    damage(repository);
    const base = this.sandbox.path(`base-${name}`);
    rmSync(base, { recursive: true, force: true });
    cpSync(this.sandbox.path(`base-${this.#creator.name}`), base, { recursive: true });
    return new Patient(this, repository, base);
  }

  /** The same in the same state, for another treatment. */
  clone(patient: Patient, name: string): Patient {
    const copy = patient.repository.copyTo(this.sandbox.path(name));
    const base = this.sandbox.path(`base-${name}`);
    rmSync(base, { recursive: true, force: true });
    cpSync(patient.base, base, { recursive: true });
    return new Patient(this, copy, base);
  }

  /** Backs up what is in the source folder now. */
  #archive(name: string): Contents {
    const source = this.sandbox.path("source");
    this.sandbox.succeed(this.#creator, ["create", ...PARAMS, "-C", "none", `${this.#sound.path}::${name}`, "tree"], {
      cwd: source,
    });
    return { ids: this.#sound.ids(name), tree: describeContents(join(source, "tree")) };
  }

  remove(): void {
    this.sandbox.remove();
  }
}

/** A repository that is damaged and repaired. */
export class Patient {
  constructor(private readonly ward: Ward, readonly repository: DamagedRepository, readonly base: string) {}

  get path(): string {
    return this.repository.path;
  }

  run(program: Program, args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd?: string): Outcome {
    return this.ward.sandbox.run(program, args, { base: this.base, env, ...(cwd === undefined ? {} : { cwd }) });
  }

  succeed(program: Program, ...args: readonly string[]): string {
    return this.ward.sandbox.succeed(program, args, { base: this.base, cwd: this.ward.sandbox.path("source") });
  }

  /** Repairs it; gives what was said with `-v`, without the question. */
  repair(program: Program, ...args: readonly string[]): string {
    const { status, stderr } = this.run(program, ["check", "--repair", "-v", ...args, this.path], CONSENT);
    assert.equal(status, 0, stderr);
    return stderr.slice(stderr.indexOf("\n", stderr.indexOf("Type 'YES'")) + 1).replaceAll(this.path, "REPOSITORY");
  }

  /** The programs find nothing, whatever they look at. */
  assertSound(...programs: readonly Program[]): void {
    for (const program of programs) {
      const { status, stderr } = this.run(program, ["check", "--verify-data", this.path]);
      assert.deepEqual([status, problems(stderr)], [0, []], program.name);
    }
  }

  archives(): string[] {
    return this.succeed(ours, "list", "--short", this.path).split("\n").filter(Boolean);
  }

  /** An archive and its items as BorgBackup sees them, but for what makes archives differ that hold the same. */
  dump(name: string): Dump {
    const dump = JSON.parse(this.succeed(theirs, "debug", "dump-archive", `${this.path}::${name}`, "-"));
    const { tam: _, ...meta } = dump._meta;
    return { meta, items: dump._items };
  }

  /** Extracts an archive of what `original` describes; what is changed must be changed as a repair does. */
  restore(name: string, { tree }: Contents): Restored {
    const folder = this.ward.sandbox.path("restored");
    rmSync(folder, { recursive: true, force: true });
    this.ward.sandbox.folder("restored");
    const { status, stderr } = this.run(ours, ["extract", `${this.path}::${name}`], {}, folder);
    const before = new Map(tree.map((entry) => [entry.path, entry]));
    const after = readdirSync(folder).length === 0 ? [] : describeContents(join(folder, "tree"));
    const whole: string[] = [];
    const zeroed: string[] = [];
    for (const entry of after) {
      const original = before.get(entry.path);
      assert.ok(original, `${entry.path} was not in ${name}`);
      if (original.sha256 === entry.sha256) assert.deepEqual(entry, original);
      (original.sha256 === entry.sha256 ? whole : zeroed).push(entry.path);
    }
    for (const path of zeroed) {
      assertZeroed(join(folder, "tree", path), join(this.ward.sandbox.path("source/tree"), path));
    }
    assert.equal(status, zeroed.length > 0 ? 1 : 0, stderr);
    const reported = stderr.split("\n").filter((line) => /has damaged \(all-zero\) chunks/.test(line)).length;
    assert.equal(reported, zeroed.length, stderr);
    return { whole, zeroed };
  }

  /** Paths of files that need any of the objects that are gone. */
  casualties({ ids }: Contents): string[] {
    const there = readObjectIds(this.path);
    return [...ids.files].filter(([, chunks]) => chunks.some((id) => !there.has(id)))
      .map(([path]) => path.replace("tree/", "")).sort();
  }
}

/** A folder whose item is lost is made for its contents, like any other. */
function describeContents(folder: string): Description[] {
  return describeTree(folder).filter(({ path }) => path !== ".");
}

function assertZeroed(path: string, original: string): void {
  const [content, expected] = [readFileSync(path), readFileSync(original)];
  assert.equal(content.length, expected.length);
  assert.ok(content.every((byte, i) => byte === expected[i] || byte === 0), `${path} is not the original with holes`);
}

/** What a check says that is neither about files repaired before nor about where the repository was. */
function problems(stderr: string): string[] {
  const harmless =
    /still missing .* all-zero replacement chunk already|^Warning: The repository at location|^Do you want/;
  return stderr.split("\n").filter((line) => line !== "" && !harmless.test(line));
}
