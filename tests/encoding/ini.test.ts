import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { Ini, IniError } from "../../src/encoding/ini.ts";

const CONFIG = "[repository]\nversion = 1\nid = 00ff\nkey = AAAA\n\tBBBB\n\tCC==\n\n";

describe("Ini", () => {
  it("reads and writes a repository's config unchanged", () => {
    const ini = Ini.parse(CONFIG);
    assert.deepEqual(ini.sections(), ["repository"]);
    assert.deepEqual(ini.names("repository"), ["version", "id", "key"]);
    assert.equal(ini.get("repository", "key"), "AAAA\nBBBB\nCC==");
    assert.equal(ini.format(), CONFIG);
  });

  // What ConfigParser(interpolation=None) of CPython 3.11 makes of the same texts.
  const vectors: [text: string, values: Record<string, string>][] = [
    ["[s]\nA=1\nb : 2\nc d = x = y\n", { "a": "1", "b": "2", "c d": "x = y" }],
    ["# no\n[s]\n ; no\na = 1 ; part of it\n# no\n", { a: "1 ; part of it" }],
    ["[s]\na =\n", { a: "" }],
    ["[s]\na =\n b\n c\n", { a: "\nb\nc" }],
    ["[s]\na = 1\n\n  2\n\n\nb = 3\n", { a: "1\n\n2", b: "3" }],
    ["[s]\na = 1\n# between\n  2\n", { a: "1\n2" }],
    ["[s]\na = 1\n  [t]\n  b = 2\n", { a: "1\n[t]\nb = 2" }],
    ["  [s]\n  a = 1\n  b = 2\n    3\n", { a: "1", b: "2\n3" }],
    ["[s] trailing\r\na = 1\r\n\tb\r\n", { a: "1\nb" }],
    ["[s]\na:=1\nb=:2\n", { a: "=1", b: ":2" }],
  ];
  for (const [text, values] of vectors) {
    it(`reads ${JSON.stringify(text)}`, () => {
      const ini = Ini.parse(text);
      assert.deepEqual(ini.sections(), ["s"]);
      assert.deepEqual(Object.fromEntries(ini.names("s").map((name) => [name, ini.get("s", name)])), values);
    });
  }

  it("does not care about the case of option names", () => {
    const ini = Ini.parse("[s]\nName = 1\n");
    ini.set("s", "NAME", "2");
    assert.equal(ini.get("s", "name"), "2");
    assert.equal(ini.get("S", "name"), undefined);
    assert.equal(ini.format(), "[s]\nname = 2\n\n");
  });

  it("adds and deletes", () => {
    const ini = Ini.parse("");
    ini.set("s", "a", "1\n2");
    assert.equal(ini.format(), "[s]\na = 1\n\t2\n\n");
    assert.equal(ini.delete("s", "a"), true);
    assert.equal(ini.delete("s", "a"), false);
    assert.equal(ini.delete("t", "a"), false);
    assert.equal(ini.get("t", "a"), undefined);
    assert.equal(ini.format(), "[s]\n\n");
  });

  it("refuses what ConfigParser refuses, with the line", () => {
    for (
      const [text, line] of [["a = 1", 1], ["[s]\n\nb", 3], ["[s]\na=1\nA=2", 3], ["[s]\n[s]", 2], ["[s]\n= 1", 2]]
    ) {
      assert.throws(() => Ini.parse(String(text)), (error) => error instanceof IniError && error.line === line);
    }
  });

  it("reads what it wrote", () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
    const value = fc.array(fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/).filter((it) => !/^[#;]/.test(it)), {
      minLength: 1,
    })
      .map((lines) => lines.join("\n"));
    fc.assert(fc.property(fc.dictionary(word, fc.dictionary(word, value)), (sections) => {
      const ini = new Ini();
      for (const [section, options] of Object.entries(sections)) {
        for (const [name, text] of Object.entries(options)) ini.set(section, name, text);
      }
      const text = ini.format();
      assert.equal(Ini.parse(text).format(), text);
      for (const [section, options] of Object.entries(sections)) {
        for (const [name, text] of Object.entries(options)) {
          assert.equal(Ini.parse(ini.format()).get(section, name), text);
        }
      }
    }));
  });
});
