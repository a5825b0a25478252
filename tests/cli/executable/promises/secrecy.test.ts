import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ours, PASSPHRASE } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { Pair } from "../backup/pair.ts";

/** What nobody with the repository alone may find in it. */
const SECRETS = {
  content: "the content of a letter",
  file: "letter-to-mother",
  archive: "archive-of-letters",
  comment: "so many letters",
};

const ENCRYPTED = ["repokey", "repokey-blake2", "keyfile", "keyfile-blake2"];

describe("what leaves the machine", requirePeer("borg"), () => {
  for (const mode of [...ENCRYPTED, "authenticated", "none"]) {
    describe(`with -e ${mode}`, () => {
      let pair: Pair;
      before(() => {
        pair = new Pair(mode);
        mkdirSync(join(pair.source, SECRETS.file));
        writeFileSync(join(pair.source, SECRETS.file, SECRETS.file), SECRETS.content);
        const args = ["create", "-C", "none", "--comment", SECRETS.comment, `@::${SECRETS.archive}`, SECRETS.file];
        assert.equal(pair.run(ours, args).status, 0);
        assert.equal(pair.run(ours, ["rename", `@::${SECRETS.archive}`, `${SECRETS.archive}-2`]).status, 0);
      });
      after(() => pair.remove());

      it(ENCRYPTED.includes(mode) ? "tells nothing" : "tells everything", () => {
        const found = Object.values(SECRETS).filter((text) => everything(pair.repository(ours)).includes(text));
        assert.deepEqual(found, ENCRYPTED.includes(mode) ? [] : Object.values(SECRETS));
      });

      it("holds neither passphrase nor key in the clear, and opens with the right one only", () => {
        assert.equal(everything(pair.repository(ours)).includes(PASSPHRASE), false);
        if (mode === "none") return;
        const env = { BORG_PASSPHRASE: "wrong" };
        for (const args of [["list", "@"], ["create", "@::x", "."], ["check", "@"]]) {
          assert.equal(pair.run(ours, args, { env }).status, 2);
        }
      });

      it("and what stays here is for the user's eyes only", () => {
        const base = pair.sandbox.path("base-ours");
        for (const name of readdirSync(base, { recursive: true, encoding: "utf8" })) {
          if (!name.includes("borg")) continue;
          assert.equal(statSync(join(base, name)).mode & 0o077, 0, name);
        }
      });
    });
  }
});

/** All bytes of all files below a folder, and all names. */
function everything(folder: string): Buffer {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = names.map((name) => join(folder, name)).filter((path) => statSync(path).isFile());
  return Buffer.concat([Buffer.from(names.join("\n")), ...files.map((path) => readFileSync(path))]);
}
