import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { TOPICS } from "../../src/cli/help_topics.ts";
import { outlineOf } from "../../src/cli/outline.ts";
import { ROOT } from "../../src/cli/registry.ts";
import { manualPages } from "../../scripts/man/pages.ts";
import { helpText } from "../../scripts/man/roff.ts";
import { requirePeer } from "../interop/requirements.ts";

const pages = manualPages(await outlineOf(ROOT), TOPICS);
const textOf = (name: string) => pages.find((page) => page.name === name)!.text;

describe("manual pages", () => {
  it("exist for every command and every topic", () => {
    const names = pages.map(({ name }) => name);
    for (const { name } of ROOT.commands) assert.ok(names.includes(`borg-${name}.1`), name);
    for (const name of ["borg.1", "borg-key-export.1", "borg-patterns.1"]) assert.ok(names.includes(name), name);
    assert.equal(new Set(names).size, names.length);
  });

  it("tell of what only one of them has", () => {
    assert.match(textOf("borg-create.1"), /\\-\\-files\\-cache\\fR \\fIMODE/);
    assert.match(textOf("borg-init.1"), /repokey\\-blake2/);
    assert.match(textOf("borg.1"), /\\-\\-lock\\-wait/);
    assert.doesNotMatch(textOf("borg-init.1"), /\\-\\-lock\\-wait/);
  });

  it("leave indented lines as they are, and let no text be a request", () => {
    assert.equal(helpText("A\nb\n  c\n\nExamples:\n  d"), '.PP\nA\nb\n.nf\n  c\n.fi\n.SH "EXAMPLES"\n.nf\n  d\n.fi');
    assert.equal(helpText("a\n.b"), ".PP\na\n\\&.b");
  });

  it("are what groff takes without a warning", requirePeer("groff"), () => {
    const input = pages.map(({ text }) => text).join("");
    const { stderr } = spawnSync("groff", ["-man", "-Kutf8", "-Tutf8", "-ww", "-z"], { input, encoding: "utf8" });
    assert.equal(stderr, "");
  });

  it("show what they should", requirePeer("groff"), () => {
    const { stdout } = spawnSync("groff", ["-man", "-Kutf8", "-Tascii", "-P-cbou"], {
      input: textOf("borg-create.1"),
      encoding: "utf8",
    });
    assert.match(stdout, /borg create \[OPTIONS\] ARCHIVE \[PATH\.\.\.\]/);
    assert.match(stdout, /-C COMPRESSION, --compression COMPRESSION/);
  });
});
