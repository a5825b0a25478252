import assert from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { ours } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { readObjectIds, readPuts } from "../../../interop/segments.ts";
import { Twin } from "../listings/twin.ts";

const CHECK = ["check", "repo"];

function withoutUsage(text: string): string {
  return text.replace(/^usage:[^]*?(?=^borg)/m, "");
}

/** Events without times, and without the logger's name, which is another one in ours. */
function withoutTimes(text: string): string {
  const events = text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
  return events.map(({ time: _, name: __, ...event }) => JSON.stringify(event, Object.keys(event).sort())).join("\n");
}

describe("compact does what BorgBackup does", requirePeer("borg"), () => {
  let twin: Twin;
  const segments = () => readdirSync(twin.sandbox.path("repo", "data", "0")).map(Number).sort((a, b) => a - b);
  /** What is where. */
  const look = () => ({
    segments: segments(),
    objects: [...readObjectIds(twin.sandbox.path("repo"))].sort(),
    stored: readPuts(twin.sandbox.path("repo")).map(({ segment, offset, id }) => `${segment} ${offset} ${id}`),
  });
  const verified = () => {
    twin.verify();
    return look();
  };
  before(() => {
    twin = new Twin();
    const create = (name: string, content: string) => {
      writeFileSync(twin.sandbox.path("file"), content);
      twin.prepare(["create", "-C", "none", `repo::${name}`, "file"]);
    };
    twin.prepare(["init", "-e", "repokey", "repo"]);
    create("a", "short");
    create("b", "x".repeat(50_000));
    create("c", "y".repeat(50_000) + "short");
    twin.prepare(["delete", "repo::b"]);
    twin.freeze();
  });
  after(() => twin.remove());

  for (
    const options of [
      ["-v"],
      ["-v", "--threshold", "0"],
      ["-v", "--threshold", "60"],
      ["-v", "--threshold", "100"],
      ["-v", "--threshold", "-1"],
      ["-v", "--cleanup-commits"],
    ]
  ) {
    it(options.join(" "), () => {
      const [freed] = twin.sameBut({ look: verified }, ["compact", ...options, "repo"]);
      assert.match(freed!.stderr, /^compaction freed about .* repository space\.\n$/);
    });
  }

  it("leaves the same after a second and a third time, and when nothing is left", () => {
    const again = ["compact", "-v", "--threshold", "1", "repo"];
    twin.sameBut({ look: verified }, again, again, again);
    // What either program writes differs by a few bytes.
    const edit = (text: string) => text.replace(/about .* repository/, "about so much repository");
    twin.sameBut({ edit, look: segments }, again, ["delete", "repo::a", "c"], again, again, CHECK);
  });

  it("reports the same events", () => {
    twin.sameBut({ edit: withoutTimes }, ["compact", "-p", "--log-json", "-v", "repo"]);
  });

  it("needs no passphrase", () => {
    twin.sameBut({ look, env: { BORG_PASSPHRASE: "wrong" } }, ["compact", "repo"]);
  });

  it("frees nothing where only appending is allowed", () => {
    const compact = ["compact", "-v", "repo"];
    const outcomes = twin.sameBut({ look }, ["config", "repo", "append_only", "1"], compact, CHECK);
    assert.equal(outcomes[1]!.stderr, "");
  });

  it("refuses what it cannot work with", () => {
    for (const args of [["missing"], ["repo::a"], ["--threshold", "x", "repo"], ["--bypass-lock", "repo"]]) {
      const [refusal] = twin.sameBut({ edit: withoutUsage, look }, ["compact", ...args]);
      assert.equal(refusal!.status, 2);
    }
  });

  it("does nothing in a dry run but say what could be freed", () => {
    twin.same(CHECK);
    const before = look();
    const run = (...args: string[]) => twin.sandbox.run(ours, ["compact", "-n", ...args, "repo"], { base: twin.base });
    assert.deepEqual(run(), { status: 0, stdout: "", stderr: "" });
    assert.match(run("-v").stderr, /^compaction would free about 5\d\.\d+ kB in \d+ of \d+ segments\.\n$/);
    assert.match(run("-v", "--threshold", "100").stderr, /about 0 B in 0 of/);
    assert.deepEqual(look(), before);
  });
});
