import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { MODE_NAMES } from "../crypto/material.ts";
import { assertSameTree, describeTree } from "./describe_tree.ts";
import { ours, type Program, Sandbox, theirs } from "./harness.ts";
import { requirePeer } from "./requirements.ts";
import { writeTree } from "./write_tree.ts";

const COMPRESSIONS = ["none", "lz4", "zstd,3", "zlib,6", "lzma,1", "auto,zstd,5", "obfuscate,3,lz4"];

/** The keys of the keyfile modes are shared; the reader has to make its own caches and memory. */
function keysOf(sandbox: Sandbox): Record<string, string> {
  return { BORG_KEYS_DIR: sandbox.folder("keys") };
}

describe("every key mode and compression", requirePeer("borg", "setfacl", "setfattr"), () => {
  const sandbox = new Sandbox();

  /** Each compression gets contents of its own: nothing may be found stored already. */
  before(() => COMPRESSIONS.forEach((name, index) => writeTree(sandbox.folder("trees", name), index + 1)));
  after(() => sandbox.remove());

  function write(writer: Program, mode: string): string {
    const repository = sandbox.path(`${writer.name}-${mode}`);
    sandbox.succeed(writer, ["init", "-e", mode, repository], { env: keysOf(sandbox) });
    for (const name of COMPRESSIONS) {
      const args = ["create", "-C", name, `${repository}::${name}`, "."];
      sandbox.succeed(writer, args, { env: keysOf(sandbox), cwd: sandbox.path("trees", name) });
    }
    return repository;
  }

  function read(reader: Program, repository: string): void {
    const env = keysOf(sandbox);
    sandbox.succeed(reader, ["check", "--verify-data", repository], { env });
    const names = sandbox.succeed(reader, ["list", "--short", repository], { env }).trim().split("\n");
    assert.deepEqual(names, COMPRESSIONS);
    for (const name of COMPRESSIONS) {
      const target = sandbox.folder("restored", reader.name, repository.replaceAll("/", "_"), name);
      sandbox.succeed(reader, ["extract", "--numeric-ids", `${repository}::${name}`], { env, cwd: target });
      assertSameTree(describeTree(target), describeTree(sandbox.path("trees", name)));
    }
  }

  for (const mode of MODE_NAMES) {
    it(`${mode}: BorgBackup reads what we write`, () => read(theirs, write(ours, mode)));
    it(`${mode}: we read what BorgBackup writes`, () => read(ours, write(theirs, mode)));
  }

  for (const mode of MODE_NAMES) {
    it(`${mode}: both list the same items`, () => {
      const archive = `${sandbox.path(`theirs-${mode}`)}::zstd,3`;
      const format =
        "{type} {mode} {user} {group} {uid} {gid} {size} {csize} {isomtime} {isoctime} {num_chunks} {sha256}";
      const list = (program: Program) =>
        sandbox.succeed(program, ["list", "--format", `${format} {path}{extra}{NL}`, archive], {
          env: keysOf(sandbox),
        });
      assert.equal(list(ours), list(theirs));
    });
  }
});
