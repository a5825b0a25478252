import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import {
  environment,
  ours,
  type Outcome,
  type Program,
  type RunOptions,
  Sandbox,
  theirs,
} from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { converse } from "../terminal.ts";

const COPY = { recursive: true, preserveTimestamps: true };
const UNKNOWN = "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK";
const RELOCATED = "BORG_RELOCATED_REPO_ACCESS_IS_OK";
const MODES = ["none", "authenticated", "repokey", "keyfile"];
const QUESTION = "Do you want to continue? [yN] ";
const UNKNOWN_WARNING = `Warning: Attempting to access a previously unknown unencrypted repository!\n${QUESTION}`;

/** Repositories as they were at several times, any of which can be put at the place `repo`; and machines that use them. */
class Place {
  readonly sandbox = new Sandbox();
  readonly repository: string = this.sandbox.path("repo");
  #machines = 0;

  /** Keeps what is in the place under a name. */
  keep(state: string, from: string = this.repository): void {
    cpSync(from, this.sandbox.path("states", state), COPY);
  }

  put(state: string): void {
    rmSync(this.repository, { recursive: true, force: true });
    cpSync(this.sandbox.path("states", state), this.repository, COPY);
  }

  /** A machine that has the keys of all, and remembers nothing else; or what another one remembers. */
  machine(like?: string): string {
    const base = this.sandbox.path(`machine-${this.#machines++}`);
    if (like !== undefined) cpSync(like, base, COPY);
    else {
      mkdirSync(join(base, ".config/borg"), { recursive: true });
      cpSync(this.sandbox.path("keys"), join(base, ".config/borg/keys"), COPY);
    }
    return base;
  }

  /** Runs a program that nothing answers for. */
  run(program: Program, base: string, args: readonly string[], options: RunOptions = {}): Outcome {
    const { [UNKNOWN]: _, [RELOCATED]: __, ...env } = environment(base);
    const words = ["-i", ...Object.entries({ ...env, ...options.env }).map(([name, value]) => `${name}=${value}`)];
    return this.sandbox.run({ name: program.name, path: "env" }, [...words, program.path, ...args], {
      ...options,
      base,
    });
  }

  /** What both do, which is the same; the second half of each pair is what the machine remembers afterwards. */
  same(state: string, args: readonly string[], options: RunOptions = {}, like?: string): [Outcome, string[]] {
    const [mine, other] = [ours, theirs].map((program): [Outcome, string[]] => {
      this.put(state);
      const base = this.machine(like);
      return [this.run(program, base, args, options), memory(base)];
    });
    assert.deepEqual(mine, other);
    return mine!;
  }

  status(state: string, args: readonly string[], options: RunOptions = {}, like?: string): number | null {
    this.put(state);
    return this.run(ours, this.machine(like), args, { ...options, env: { ...options.env, BORG_EXIT_CODES: "modern" } })
      .status;
  }
}

/** What a machine remembers of the one repository that it knows. */
function memory(base: string): string[] {
  const folder = join(base, ".config/borg/security");
  const [id] = namesIn(folder);
  if (id === undefined) return [];
  return namesIn(join(folder, id)).filter((name) => name !== "nonce")
    .map((name) => `${name} ${readFileSync(join(folder, id, name), "utf8")}`);
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

describe("before a repository is trusted", requirePeer("borg"), () => {
  let place: Place;

  before(() => {
    place = new Place();
    const base = place.sandbox.folder("maker");
    const borg = (args: readonly string[], env: Record<string, string> = {}) =>
      place.sandbox.succeed(ours, args, { base, env });
    for (const mode of MODES) {
      borg(["init", "-e", mode, "repo"]);
      borg(["create", "repo::one", "maker"]);
      place.keep(`${mode}-old`);
      borg(["create", "repo::two", "maker"]);
      place.keep(mode);
      rmSync(place.repository, { recursive: true });
    }
    for (const mode of ["repokey", "keyfile"]) {
      borg(["init", "-e", mode, "repo"], { BORG_PASSPHRASE: "" });
      place.keep(`${mode}-blank`);
      rmSync(place.repository, { recursive: true });
    }
    cpSync(join(base, ".config/borg/keys"), place.sandbox.path("keys"), COPY);
  });
  after(() => place.sandbox.remove());

  const LIST = ["list", "--short", "repo"];
  const INFO = ["info", "--json", "repo"];

  describe("one that is not known", () => {
    for (const state of ["none", "authenticated", "repokey-blank"]) {
      it(`has to be confirmed when others can read it: ${state}`, () => {
        const env = { BORG_PASSPHRASE: state.endsWith("blank") ? "" : "correct horse" };
        const [{ status, stdout, stderr }, remembered] = place.same(state, LIST, { env });
        assert.deepEqual([status, stdout], [2, ""]);
        assert.equal(stderr, `${UNKNOWN_WARNING}Aborting.\nCache initialization aborted\n`);
        assert.deepEqual(remembered.filter((line) => !line.startsWith("tam_required")), []);
        assert.equal(place.status(state, LIST, { env }), 60);
        assert.equal(place.status(state, INFO, { env }), 60);
      });
    }

    for (const state of ["repokey", "keyfile", "keyfile-blank"]) {
      it(`is remembered without a question when they cannot: ${state}`, () => {
        const env = { BORG_PASSPHRASE: state.endsWith("blank") ? "" : "correct horse" };
        const [{ status, stderr }, remembered] = place.same(state, LIST, { env });
        assert.deepEqual([status, stderr], [0, ""]);
        assert.equal(remembered.length, 4);
      });
    }

    for (
      const [input, accepted] of [["y\n", 0], ["1\n", 0], ["maybe\n", 2], ["\n", 2]] as const
    ) {
      it(`takes ${JSON.stringify(input)} for an answer`, () => {
        assert.equal(place.same("none", LIST, { input })[0].status, accepted);
      });
    }

    for (const [answer, accepted] of [["yes", 0], ["n", 2], ["D", 2], ["whatever", 2]] as const) {
      it(`takes ${answer} of ${UNKNOWN}`, () => {
        const [{ status, stderr }] = place.same("none", LIST, { env: { [UNKNOWN]: answer }, input: "y\ny\n" });
        assert.equal(status, accepted);
        assert.ok(stderr.startsWith(`${UNKNOWN_WARNING}${answer} (from ${UNKNOWN})\n`));
      });
    }

    it("is asked for in a terminal, once", async () => {
      place.put("none");
      const base = place.machine();
      const { [UNKNOWN]: _, ...env } = environment(base);
      const options = { cwd: place.sandbox.root, env };
      const command = `'${ours.path}' list --short repo`;
      const first = await converse(command, [{ shows: QUESTION.trim() }, { types: "y" }], options);
      assert.equal(first.status, 0, first.shown);
      assert.match(first.shown, /one\ntwo\n$/);
      assert.equal((await converse(command, [], options)).shown, "one\ntwo\n");
    });

    it("is asked for in JSON", () => {
      const options = { env: { [UNKNOWN]: "no" } };
      const [mine, other] = [ours, theirs].map((program) => {
        place.put("none");
        const { stderr } = place.run(program, place.machine(), ["--log-json", ...LIST], options);
        return stderr.trim().split("\n").map((line) => ({ ...JSON.parse(line), time: 0 }));
      });
      assert.deepEqual(mine, other);
      assert.deepEqual(mine!.map(({ type }) => type), [
        "question_prompt",
        "question_env_answer",
        "question_accepted_false",
        "log_message",
      ]);
    });
  });

  describe("one that is elsewhere than before", () => {
    let known: string;
    before(() => {
      known = place.machine();
      place.put("repokey");
      place.run(ours, known, ["list", "repo"]);
      const [id] = namesIn(join(known, ".config/borg/security"));
      writeFileSync(join(known, ".config/borg/security", id!, "location"), "/somewhere/else");
    });

    it("has to be confirmed", () => {
      const [{ status, stderr }, remembered] = place.same("repokey", LIST, {}, known);
      assert.equal(status, 2);
      assert.equal(
        stderr,
        `Warning: The repository at location ${place.repository} was previously located at /somewhere/else\n` +
          `${QUESTION}Aborting.\nRepository access aborted\n`,
      );
      assert.ok(remembered.includes("location /somewhere/else"));
      assert.equal(place.status("repokey", LIST, {}, known), 62);
      assert.equal(place.status("repokey", INFO, {}, known), 62);
      assert.equal(place.status("repokey", ["create", "repo::three", "keys"], {}, known), 62);
    });

    it("is remembered there once it is", () => {
      for (const options of [{ input: "yes\n" }, { env: { [RELOCATED]: "1" } }]) {
        const [{ status, stdout }, remembered] = place.same("repokey", LIST, options, known);
        assert.deepEqual([status, stdout], [0, "one\ntwo\n"]);
        assert.ok(remembered.includes(`location ${place.repository}`));
      }
    });

    it(`is refused as ${RELOCATED} says`, () => {
      for (const answer of ["no", "perhaps"]) {
        assert.equal(place.same("repokey", LIST, { env: { [RELOCATED]: answer }, input: "y\n" }, known)[0].status, 2);
      }
    });

    it("is not asked for by what needs to know nothing of it", () => {
      assert.equal(place.same("repokey", ["key", "export", "repo", "copy"], {}, known)[0].status, 0);
      assert.equal(place.same("repokey", ["upgrade", "--tam", "repo"], {}, known)[0].status, 0);
    });
  });

  describe("one that is older than what was seen before", () => {
    for (const [mode, code] of [["repokey", 64], ["authenticated", 64], ["none", 63]] as const) {
      it(`is refused, whatever is answered: ${mode}`, () => {
        const env = { [UNKNOWN]: "yes", [RELOCATED]: "yes" };
        place.put(mode);
        const known = place.machine();
        assert.equal(place.run(ours, known, LIST, { env }).status, 0);
        for (const args of [LIST, INFO, ["create", "repo::three", "keys"]]) {
          const [{ status, stderr }] = place.same(`${mode}-old`, args, { env }, known);
          assert.equal(status, 2);
          assert.match(
            stderr,
            mode === "none" ? /^Cache is newer than repository - do you / : /^Cache, or information /,
          );
          assert.equal(place.status(`${mode}-old`, args, { env }, known), code);
        }
        assert.equal(place.same(mode, LIST, { env }, known)[0].status, 0);
      });
    }

    it("is refused by what the cache remembers, too", () => {
      place.put("repokey");
      const known = place.machine();
      place.run(ours, known, INFO);
      rmSync(join(known, ".config/borg/security"), { recursive: true });
      assert.equal(place.same("repokey-old", INFO, {}, known)[0].status, 2);
      assert.equal(place.status("repokey-old", INFO, {}, known), 64);
    });
  });

  it("one with another encryption than before is refused", () => {
    place.put("repokey");
    const known = place.machine();
    place.run(ours, known, LIST);
    const id = /^id = .*$/m;
    const [wanted] = id.exec(readFileSync(join(place.repository, "config"), "utf8"))!;
    place.put("none");
    const config = join(place.repository, "config");
    writeFileSync(config, readFileSync(config, "utf8").replace(id, wanted!));
    place.keep("impostor");
    const [{ stderr }] = place.same("impostor", LIST, { env: { [UNKNOWN]: "yes" } }, known);
    assert.equal(stderr, "Repository encryption method changed since last access, refusing to continue\n");
    assert.equal(place.status("impostor", LIST, {}, known), 61);
  });
});
