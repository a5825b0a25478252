import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fromHex } from "../../src/encoding/bytes.ts";
import { parseExportedKey, RepoIdMismatch } from "../../src/crypto/export.ts";
import { formatPaperKey, parsePaperId, parsePaperLine } from "../../src/crypto/paper.ts";
import { type PaperLine, type PaperPrompter, readPaperKey } from "../../src/crypto/paper_import.ts";

const fixture = (name: string) => readFileSync(new URL(`../fixtures/crypto/${name}`, import.meta.url), "utf8");
const PAPER = fixture("exported.paper");
const FILE = fixture("exported.key");
const ID = fromHex(/^BORG_KEY (.*)$/m.exec(FILE)![1]!);
const BLOB = parseExportedKey(new TextEncoder().encode(FILE), ID);
/** What is typed for each line of the paper, the id line first. */
const TYPED = PAPER.trimEnd().split("\n").slice(3).map((line) => line.slice(4));

/** A person who types what the list says; "abort" answers the question after an empty line with yes. */
class Typist implements PaperPrompter {
  readonly log: string[] = [];
  readonly #lines: string[];

  constructor(lines: readonly string[]) {
    this.#lines = [...lines];
  }

  askLine(line: PaperLine): Promise<string | undefined> {
    this.log.push(`ask ${line}`);
    return Promise.resolve(this.#lines.shift());
  }

  confirmAbort(): Promise<boolean> {
    return Promise.resolve(this.#lines.shift() === "abort");
  }

  reject(line: PaperLine, problem: string): void {
    this.log.push(`${problem} ${line}`);
  }

  rejectWhole(): void {
    this.log.push("whole");
  }
}

describe("formatPaperKey", () => {
  it("gives the paper of BorgBackup", () => assert.equal(formatPaperKey(ID, BLOB), PAPER));

  it("numbers lines from 1 and cuts the last one short", () => {
    const lines = formatPaperKey(ID, new Uint8Array(19)).trimEnd().split("\n");
    assert.match(lines[2]!, /^BORG PAPER KEY v1$/);
    assert.match(lines[3]!, /^id: 2 \/ /);
    assert.match(lines[4]!, /^ 1: (000000 ){6}- [0-9a-f]{2}$/);
    assert.match(lines[5]!, /^ 2: 00 - [0-9a-f]{2}$/);
  });
});

describe("parsePaperId", () => {
  it("names what is wrong", () => {
    const good = TYPED[0]!;
    assert.equal(typeof parsePaperId(good.toUpperCase().replaceAll(" ", "")), "object");
    assert.equal(parsePaperId("garbage"), "dash");
    assert.equal(parsePaperId(`${good} - 00`), "dash");
    assert.equal(parsePaperId("a - b"), "slash");
    assert.equal(parsePaperId(`1/${good}`), "slash");
    assert.equal(parsePaperId("x/1/1 - 00"), "digits");
    assert.equal(parsePaperId(good.slice(0, -2) + "zz"), "checksum");
  });
});

describe("parsePaperLine", () => {
  it("names what is wrong", () => {
    const good = TYPED[1]!;
    assert.ok(parsePaperLine(1, good) instanceof Uint8Array);
    assert.equal(parsePaperLine(2, good), "checksum");
    assert.equal(parsePaperLine(1, "zz"), "dash");
    assert.equal(parsePaperLine(1, "zz - 00"), "digits");
    assert.equal(parsePaperLine(1, good.slice(1)), "digits");
    const digit = good[0] === "8" ? "9" : "8";
    assert.equal(parsePaperLine(1, digit + good.slice(1)), "checksum");
  });
});

describe("readPaperKey", () => {
  it("gives the blob of a paper that is typed well", async () => {
    assert.deepEqual(await readPaperKey(ID, new Typist(TYPED)), BLOB);
  });

  it("asks again for a line with a slip", async () => {
    const typist = new Typist(["oops", TYPED[0]!, TYPED[2]!, "", "no", ...TYPED.slice(1)]);
    assert.deepEqual(await readPaperKey(ID, typist), BLOB);
    assert.deepEqual(typist.log.slice(0, 7), ["ask id", "dash id", "ask id", "ask 1", "checksum 1", "ask 1", "ask 1"]);
  });

  it("starts again when the lines do not belong together", async () => {
    const other = formatPaperKey(ID, Uint8Array.from(BLOB, (byte, i) => i === 0 ? byte ^ 1 : byte));
    const swapped = [TYPED[0]!, other.split("\n")[4]!.slice(4), ...TYPED.slice(2)];
    const typist = new Typist([...swapped, ...TYPED]);
    assert.deepEqual(await readPaperKey(ID, typist), BLOB);
    assert.ok(typist.log.includes("whole"));
  });

  it("refuses the paper of another repository", async () => {
    await assert.rejects(readPaperKey(new Uint8Array(32), new Typist(TYPED)), RepoIdMismatch);
  });

  it("gives nothing when the person gives up", async () => {
    for (const lines of [[], ["", "abort"], [TYPED[0]!, TYPED[1]!], [TYPED[0]!, " ", "abort"]]) {
      assert.equal(await readPaperKey(ID, new Typist(lines)), undefined);
    }
  });
});
