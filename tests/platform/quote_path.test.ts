import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { errorName, errorNumber, errorText } from "../../src/platform/errno.ts";
import { quotePath } from "../../src/platform/quote_path.ts";
import { asSystemError, SystemError } from "../../src/platform/system_error.ts";
import { readFileSync } from "node:fs";

describe("quotePath", () => {
  const CASES: [string, string][] = [
    ["a b", "'a b'"],
    ["it's", `"it's"`],
    [`'"`, `'\\'"'`],
    ["\\", "'\\\\'"],
    ["\n\t\r\u0001\u007f", "'\\n\\t\\r\\x01\\x7f'"],
    ["\udcff\u200b\u00a0\u00fc\u20ac\u{1f600}", "'\\udcff\\u200b\\xa0\u00fc\u20ac\u{1f600}'"],
    ["\u{e0001}", "'\\U000e0001'"],
  ];

  it("escapes what cannot be printed", () => {
    for (const [path, quoted] of CASES) assert.equal(quotePath(path), quoted);
  });
});

describe("SystemError", () => {
  it("takes names and texts from the system", () => {
    assert.deepEqual(["EPERM", "EAGAIN", "ENOTSUP", "ESTALE"].map((name) => errorName(errorNumber(name)!)), [
      "EPERM",
      "EAGAIN",
      "ENOTSUP",
      "ESTALE",
    ]);
    assert.equal(errorNumber("ENODATA"), 61);
    assert.equal(errorText(13), "Permission denied");
    assert.equal(errorName(9999), "E9999");
    assert.equal(errorText(9999), "Unknown error 9999");
  });

  it("is made of the runtime's errors", () => {
    try {
      readFileSync("/nonexistent");
      assert.fail("read");
    } catch (error) {
      const made = asSystemError(error)!;
      assert.equal(made.message, "[Errno 2] No such file or directory: '/nonexistent'");
      assert.deepEqual([made.code, made.errno, made.syscall, made.cause], ["ENOENT", 2, "open", error]);
    }
    const own = new SystemError(5, "read");
    assert.equal(own.message, "[Errno 5] Input/output error");
    assert.equal(asSystemError(own), own);
    assert.equal(asSystemError(new Error("x")), undefined);
    assert.equal(asSystemError(undefined), undefined);
  });
});
