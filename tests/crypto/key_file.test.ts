import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fromHex } from "../../src/encoding/bytes.ts";
import { formatKeyFile, KeyfileInvalidError, KeyfileMismatchError, parseKeyFile } from "../../src/crypto/key_file.ts";
import { FIXTURES } from "./fixtures.ts";

const ORIGIN = { repository: "/backup/repo", path: "/keys/repo" };
const ID = fromHex(FIXTURES.keyfile.repositoryId);
const TEXT = FIXTURES.keyfile.keyFile!;

describe("key file", () => {
  for (const name of ["keyfile", "keyfile-blake2"] as const) {
    it(`of BorgBackup in mode ${name} is written the same`, () => {
      const id = fromHex(FIXTURES[name].repositoryId);
      const text = FIXTURES[name].keyFile!;
      assert.equal(formatKeyFile(id, parseKeyFile(text, id, ORIGIN)), text);
    });
  }

  it("of another repository is refused", () => {
    assert.throws(
      () => parseKeyFile(TEXT, new Uint8Array(32), ORIGIN),
      (error) => error instanceof KeyfileMismatchError && error.data.join() === "/backup/repo,/keys/repo",
    );
  });

  it("is refused when it is none", () => {
    const [header, ...rest] = TEXT.split("\n");
    const texts = [
      "",
      "hello\n",
      header!,
      `${header}\n`,
      `${header}\nAAAA\n`,
      `${header} more\n${rest.join("\n")}`,
      `${header}0\n${rest.join("\n")}`,
      `${header}\n${rest.join("\n")}!`,
      TEXT.replace("BORG_KEY ", "BORG_KEY"),
    ];
    for (const text of texts) assert.throws(() => parseKeyFile(text, ID, ORIGIN), KeyfileInvalidError);
  });
});
