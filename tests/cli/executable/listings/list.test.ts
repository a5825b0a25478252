import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { requirePeer } from "../../../interop/requirements.ts";
import { plant } from "./plant.ts";
import { Twin } from "./twin.ts";

const EVERYTHING = [
  "type mode uid gid user group path source linktarget flags size csize dsize dcsize num_chunks unique_chunks",
  "mtime ctime atime isomtime isoctime isoatime md5 sha1 sha224 sha256 sha384 sha512",
  "sha3_224 sha3_256 sha3_384 sha3_512 blake2b blake2s xxh64 archiveid archivename extra health NL",
].join(" ").split(" ").map((key) => `{${key}}`).join(" ");

/** Commands of which both make the same. */
const ARCHIVES: readonly string[][] = [
  ["repo"],
  ["repo", "ignored/path"],
  ["--short", "repo"],
  ["--consider-checkpoints", "repo"],
  ["-a", "*", "--last", "2", "repo"],
  ["-a", "c*", "repo"],
  ["-a", "[!a]*", "--short", "repo"],
  ["-a", "nothing", "repo"],
  ["--first", "2", "--sort-by", "name", "--short", "repo"],
  ["--last", "2", "--sort-by", "id", "repo"],
  ["--sort-by", "timestamp,name", "--consider-checkpoints", "--short", "repo"],
  ["--short", "--format", "{name:>10}|{archive:.1}|{barchive}|{time}|{start:%d.%m.%y}{TAB}{id:.8}{NUL}", "repo"],
  ["--format", "{comment}|{bcomment}|{end}|{command_line}|{hostname}|{username}{CR}{LF}{SPACE}{{}}{NEWLINE}", "repo"],
  ["--json", "repo"],
  ["--json", "--format", "{comment}{end}{command_line}{nosuchkey}", "-a", "a*", "repo"],
  ["repo::missing"],
  ["--bypass-lock", "repo"],
  ["nowhere"],
];

const ITEMS: readonly string[][] = [
  ["repo::a1"],
  ["--short", "repo::a1"],
  ["repo::c.checkpoint"],
  ["repo::a1", "tree/d", "tree/nothing"],
  ["--short", "repo::a1", "/tree/d", "pf:tree/a", "re:ha.d$", "sh:tree/**/b*2", "fm:*quot*"],
  ["--short", "-e", "tree/d", "repo::a1"],
  ["--short", "--pattern", "+ tree/d/big", "--pattern", "! tree/d", "repo::a1"],
  ["--short", "--pattern", "- tree/d/big", "repo::a1", "tree/d"],
  ["--last", "1", "--sort-by", "id", "-a", "b*", "repo::a1"],
  ["--format", EVERYTHING, "repo::a1"],
  ["--format", EVERYTHING, "repo::a2", "tree/a"],
  ["--format", "{path!r:>30}|{size:>+10,}|{user:^9}|{mtime:%Y}|{mode:.1}|{uid:03}|{isomtime:.4}{NL}", "repo::a1"],
  ["--show-rc", "repo::a1", "tree/a"],
];

describe("list prints what BorgBackup prints", requirePeer("borg"), () => {
  let twin: Twin;
  before(() => {
    twin = new Twin();
    plant(twin.sandbox.path("tree"));
    twin.prepare(["init", "-e", "repokey", "repo"]);
    twin.prepare([
      "create",
      "--comment",
      "spaces, ü and 'quotes'",
      "--timestamp",
      "2024-05-02T03:04:05",
      "repo::a1",
      "tree",
    ]);
    twin.prepare(["create", "--timestamp", "2024-03-02T03:04:05", "repo::a2", "tree/a"]);
    twin.prepare(["create", "--timestamp", "2024-04-02T03:04:05", "repo::b: +x", "tree/d"]);
    twin.prepare(["create", "repo::c.checkpoint", "tree/a"]);
    twin.prepare(["create", "repo::d.checkpointed", "tree/a"]);
    twin.freeze();
  });
  after(() => twin.remove());

  for (const args of [...ARCHIVES, ...ITEMS]) it(args.join(" ").slice(0, 80), () => void twin.same(["list", ...args]));

  it("JSON lines, whose keys BorgBackup has in any order", () => {
    const format = "{size}{csize}{mtime}{isoctime}{md5}{dsize}{num_chunks}{archivename}{bpath}{extra}{healthy}{NL}";
    const sorted = (text: string) =>
      text.split("\n").filter((line) => line !== "").map((line) => {
        const fields: [string, unknown][] = Object.entries(JSON.parse(line));
        return JSON.stringify(fields.filter(([key]) => key !== "archivename").sort());
      }).join("\n");
    for (const options of [[], ["--short"], ["--format", format]]) {
      const [outcome] = twin.sameBut({ edit: sorted }, ["list", "--json-lines", ...options, "repo::a1"]);
      assert.match(outcome!.stdout, /^\{"type": "d", "mode": "drwxr-xr-x", "user": /);
    }
  });
});
