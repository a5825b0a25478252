import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { ours } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { Twin } from "../listings/twin.ts";

const LIST = ["config", "--list", "repo"];

/** BorgBackup 1.4 has a prefix for errors; 1.2 shows how it came to many of them. */
function withoutNews(text: string): string {
  return text.replace(/^(Command )?Error: /gm, "").replace(/^Local Exception\n[^]*\nValueError: (.*)\n[^]*/m, "$1\n")
    .replace(/^usage:[^]*?(?=^borg)/m, "");
}

describe("config does what BorgBackup does", requirePeer("borg"), () => {
  let twin: Twin;
  const look = () => readFileSync(twin.sandbox.path("repo", "config"), "utf8");
  before(() => {
    twin = new Twin();
    writeFileSync(twin.sandbox.path("file"), "content");
    twin.prepare(["init", "-e", "repokey", "repo"]);
    twin.prepare(["create", "repo::a", "file"]);
    const path = twin.sandbox.path("repo", "config");
    writeFileSync(path, `${readFileSync(path, "utf8")}[foreign]\nthing = 1\n\n`);
    twin.freeze();
  });
  after(() => twin.remove());

  for (
    const args of [
      ["id"],
      ["key"],
      ["repository.id"],
      ["APPEND_ONLY"],
      ["foreign.thing"],
      ["append_only", "1"],
      ["repository.append_only", "1"],
      ["storage_quota", "2G"],
      ["storage_quota", ""],
      ["additional_free_space", "20M"],
      ["additional_free_space", "0"],
      ["max_segment_size", "1.5K"],
      ["max_segment_size", "4273995775"],
      ["segments_per_dir", "2000"],
      ["last_segment_checked", "3"],
      ["last_segment_checked", "-3"],
      ["id", "0123456789abcdef".repeat(4)],
      ["--delete", "append_only"],
      ["--delete", "last_segment_checked"],
      ["--delete", "storage_quota", "ignored"],
    ]
  ) {
    it(args.join(" "), () => {
      const [outcome] = twin.sameBut({ look }, withRepository(args));
      assert.equal(outcome!.status, 0);
    });
  }

  it("--list", () => void twin.same(LIST, ["config", "repo", "last_segment_checked", "5"], LIST, [...LIST, "id"]));

  for (
    const args of [
      [],
      ["--delete"],
      ["--delete", "--list"],
      ["version", "2"],
      ["key", "AAAA"],
      ["append_only", "yes"],
      ["append_only", "2"],
      ["storage_quota", "5M"],
      ["storage_quota", "much"],
      ["max_segment_size", "5G"],
      ["max_segment_size", "4273995776"],
      ["max_segment_size", "x"],
      ["segments_per_dir", "1K"],
      ["last_segment_checked", "x"],
      ["id", "1234"],
      ["id", `${"0".repeat(62)}zz`],
      ["foo", "bar"],
      ["", "x"],
      ["APPEND_ONLY", "0"],
      ["foreign.thing", "2"],
      ["a.b.c", "d"],
      ["--delete", "version"],
    ]
  ) {
    it(`refuses ${args.join(" ") || "nothing"}`, () => {
      const [refusal] = twin.sameBut({ edit: withoutNews, look }, withRepository(args));
      assert.equal(refusal!.status, 2);
    });
  }

  it("reads and changes where the cache believes the repository to be", () => {
    const cache = (...args: string[]) => ["config", "--cache", "repo", ...args];
    twin.same(
      cache("repository"),
      cache("cache.manifest"),
      cache("version"),
      cache("previous_location", "/elsewhere"),
      cache("previous_location"),
    );
    for (const args of [["manifest", "0"], ["integrity.chunks", "0"], ["xx", "1"]]) {
      assert.equal(twin.sameBut({ edit: withoutNews }, cache(...args))[0]!.status, 2);
    }
  });

  const run = (args: readonly string[], env = {}) =>
    twin.sandbox.run(ours, ["config", ...args], { base: twin.base, env });

  it("ends as 1.4 does when a setting is missing or a value wrong", () => {
    twin.same(LIST);
    const modern = { BORG_EXIT_CODES: "modern" };
    assert.deepEqual(run(["repo", "nosuch"]), {
      status: 2,
      stdout: "",
      stderr: "Error: No option 'nosuch' in section: 'repository'\n",
    });
    assert.equal(run(["repo", "Foo.x"]).stderr, "Error: No section: 'Foo'\n");
    assert.equal(run(["repo", "storage_quota", "0"]).status, 0);
    assert.equal(
      run(["repo", "additional_free_space", "1M"]).stderr,
      "Error: Invalid value: additional_free_space < 10M\n",
    );
    assert.deepEqual([run(["repo", "nosuch"], modern).status, run(["repo"], modern).status], [2, 4]);
    assert.match(run(["--list", "--cache", "repo"]).stdout, /^\[cache\]\nversion = 1\nrepository = [0-9a-f]{64}\n/);
  });

  it("leaves a repository as it is that could not be read otherwise", () => {
    twin.same(LIST);
    const before = look();
    for (const args of [["-d", "repo", "id"], ["-d", "repo", "max_segment_size"], ["repo", "segments_per_dir", "0"]]) {
      assert.deepEqual([run(args).status, look()], [2, before], args.join(" "));
    }
    assert.equal(run(["repo", "segments_per_dir", "2"]).status, 2, "there are more segments");
    assert.ok(readdirSync(twin.sandbox.path("repo", "data", "0")).length > 2);
    assert.equal(look(), before);
    twin.verify();
  });
});

function withRepository(args: readonly string[]): string[] {
  const options = args.filter((arg) => arg.startsWith("--"));
  return ["config", ...options, "repo", ...args.filter((arg) => !arg.startsWith("--"))];
}
