import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { ours, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { readObjectIds } from "../../../interop/segments.ts";
import { Twin } from "../listings/twin.ts";

const NAMES = ["list", "--consider-checkpoints", "--format", "{archive} {start} {comment}{NL}", "repo"];

function withoutUsage(text: string): string {
  return text.replace(/^usage:[^]*?(?=^borg)/m, "");
}

describe("rename does what BorgBackup does", requirePeer("borg"), () => {
  let twin: Twin;
  const look = () => readObjectIds(twin.sandbox.path("repo")).size;
  const verified = () => {
    twin.verify();
    return look();
  };
  before(() => {
    twin = new Twin();
    writeFileSync(twin.sandbox.path("file"), "content");
    twin.prepare(["init", "-e", "repokey", "repo"]);
    twin.prepare(["create", "--timestamp", "2024-05-02T03:04:05", "--comment", "remark", "repo::a", "file"]);
    twin.prepare(["create", "repo::b", "file"]);
    twin.prepare(["create", "repo::c.checkpoint", "file"]);
    twin.freeze();
  });
  after(() => twin.remove());

  for (
    const [name, newName] of [
      ["a", "new"],
      ["a", "of {now:%Y}"],
      ["a", "grüße 日本"],
      ["c.checkpoint", "c"],
      ["a", "a.checkpoint.1"],
      ["a", "n".repeat(255)],
    ] as const
  ) {
    it(`${name} to ${newName.slice(0, 20)}`, () => {
      twin.sameBut({ look: verified }, ["rename", `repo::${name}`, newName], NAMES);
    });
  }

  for (
    const [name, newName] of [["a", "b"], ["a", "a"], ["gone", "b"], ["gone", "x"], ["a", "x/y"], ["a", ""], [
      "a",
      "x::y",
    ]]
  ) {
    it(`refuses ${name} to ${newName}`, () => {
      const [refusal] = twin.sameBut({ look, edit: withoutUsage }, ["rename", `repo::${name}`, newName!]);
      assert.equal(refusal!.status, 2);
    });
  }

  it("keeps all that the archive says of itself, and signs it anew", () => {
    const run = (program: typeof ours, ...args: string[]) => twin.sandbox.succeed(program, args, { base: twin.base });
    twin.same(NAMES);
    const described = (name: string) =>
      run(theirs, "info", `repo::${name}`).replace(/^Archive (name|fingerprint).*\n/gm, "").replace(
        /^-{78}\n[^]*/m,
        "",
      );
    const before = described("a");
    run(ours, "rename", "repo::a", "renamed");
    assert.equal(described("renamed"), before);
    assert.match(before, /^Comment: remark$/m);
    assert.equal(run(ours, "list", "--format", "{archive} {tam}{NL}", "-a", "renamed", "repo"), "renamed verified\n");
    run(theirs, "check", "--verify-data", "repo");
    run(ours, "check", "--verify-data", "repo");
  });

  it("ends with statuses that tell errors apart when asked to", () => {
    twin.same(NAMES);
    const status = (...args: string[]) =>
      twin.sandbox.run(ours, ["rename", ...args], { base: twin.base, env: { BORG_EXIT_CODES: "modern" } }).status;
    const statuses = [
      status("repo::a", "b"),
      status("repo::gone", "x"),
      status("repo::a", "x/y"),
      status("none::a", "x"),
    ];
    assert.deepEqual(statuses, [30, 31, 2, 13]);
  });
});
