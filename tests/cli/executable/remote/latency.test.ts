import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { ours } from "../../../interop/harness.ts";
import { Far } from "./far.ts";

const FILES = 1500;

/** How often a run may wait for the server, whatever the number of files. */
const FEW = 30;

interface Link {
  /** How often the client had to wait for all answers before it went on. */
  readonly waits: number;
  readonly calls: Record<string, number>;
}

describe("a link with 50 ms of delay each way", () => {
  const far = new Far(ours);
  const url = far.url("repo");
  const log = far.path("link.log");
  const env = {
    BORG_RSH: `${process.execPath} ${fileURLToPath(new URL("./slow_link.ts", import.meta.url))}`,
    LINK_LOG: log,
    LINK_DELAY: "50",
  };

  before(() => {
    const source = far.sandbox.folder("source");
    mkdirSync(join(source, "d"));
    for (let i = 0; i < FILES; i++) writeFileSync(join(source, "d", `file${i}`), `${i} `.repeat(20 + (i % 50)));
    far.succeed(["init", "-e", "repokey-blake2", url]);
  });
  after(() => far.remove());

  /** Runs a command over the slow link. */
  function over(...args: string[]): Link {
    rmSync(log, { force: true });
    far.succeed(args, { env, cwd: far.path("source") });
    return JSON.parse(readFileSync(log, "utf8")) as Link;
  }

  function assertFewWaits({ waits, calls }: Link, method: string): void {
    assert.ok(calls[method]! >= FILES, `${calls[method]} calls of ${method}`);
    assert.ok(waits <= FEW, `waited ${waits} times: ${JSON.stringify(calls)}`);
  }

  it("is not waited for chunk by chunk to store", () => {
    const link = over("create", `${url}::one`, "d");
    assertFewWaits(link, "put");
    assert.equal(link.calls["commit_nonce_reservation"], 1);
  });

  it("nor to extract", () => {
    rmSync(far.sandbox.folder("source", "d"), { recursive: true });
    assertFewWaits(over("extract", `${url}::one`), "get");
  });

  it("nor to make a tar file", () => assertFewWaits(over("export-tar", `${url}::one`, "../one.tar"), "get"));

  it("nor to verify", () => assertFewWaits(over("check", "--verify-data", url), "get"));

  it("nor to make an archive anew", () => {
    const link = over("recreate", "--recompress=always", "-C", "zlib", "--target", "two", `${url}::one`);
    assertFewWaits(link, "get");
    assertFewWaits(link, "put");
  });

  it("nor to learn the lengths of chunks that were stored without a cache", () => {
    rmSync(join(far.path("base-ours"), ".cache"), { recursive: true });
    over("create", "--no-cache-sync", `${url}::three`, "d");
    assertFewWaits(over("info", `${url}::three`), "get");
  });

  it("nor to delete", () => {
    over("delete", `${url}::one`, "two");
    assertFewWaits(over("delete", `${url}::three`), "delete");
  });
});
