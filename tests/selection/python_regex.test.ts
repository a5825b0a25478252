import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PatternError } from "../../src/selection/pattern_error.ts";
import { compilePythonRegex } from "../../src/selection/python_regex.ts";

/** What `re.search` of CPython 3.11 finds. */
const VECTORS: [pattern: string, matching: string[], others: string[]][] = [
  ["(?i)ab", ["AB", "xaBx"], ["a b"]],
  ["(?i)(?s)A.B", ["a\nb"], ["ab"]],
  ["a.b", ["a\rb", "a\u2028b", "a\u{1f600}b", "a\udcffb"], ["a\nb"]],
  ["^b", ["b"], ["a\nb"]],
  ["(?m)^b$", ["a\nb\nc", "b"], ["a\rb\rc"]],
  ["a$", ["a", "a\n"], ["a\n\n", "ab"]],
  ["a\\Z", ["a"], ["a\n"]],
  ["\\Ab", ["b"], ["ab", "a\nb"]],
  ["^\\w+$", ["a1_", "\u00e4\u0434\u4e2d\u0665\u00bd"], ["a-b", "a\u0301"]],
  ["(?a)^\\w+$", ["a1_"], ["\u00e4"]],
  ["^\\d$", ["5", "\u0665"], ["\u00bd", "x"]],
  ["^\\s$", [" ", "\u3000", "\x1c", "\x85"], ["\ufeff", "a"]],
  ["^[^\\W\\d]$", ["a", "_"], ["5", "-"]],
  ["\\bfoo\\b", ["a foo.", "foo"], ["foob", "\u00e4foo"]],
  ["o\\Bo", ["foo"], ["fo o"]],
  ["(?P<x>a|b)(?P=x)", ["aa", "bb"], ["ab"]],
  ["(a)(b)\\2\\1", ["abba"], ["abab"]],
  ["(?>a+)ab", [], ["aaab"]],
  ["a++b", ["aab"], ["ac"]],
  ["^(?:a{,2}|b{2,})$", ["", "aa", "bb", "bbb"], ["aaa", "b"]],
  ["x{a}{2}", ["x{a}}"], ["x{a}"]],
  ["a{,}b", ["b", "aab"], ["a"]],
  ["(?x) a b # c\n c \\ d", ["abc d"], ["ab c d"]],
  ["a(?#note)*b", ["b", "aab"], ["a"]],
  ["(?i:a)b", ["Ab"], ["AB"]],
  ["(?i)a(?-i:b)", ["Ab"], ["AB"]],
  ["[]a]b", ["]b", "ab"], ["bb"]],
  ["[^]a]b", ["xb"], ["]b"]],
  ["[a\\]\\-z-]", ["]", "-", "z"], ["b", "\\"]],
  ["[[:&&--]", ["[", ":", "&", "'", "-"], ["a", "."]],
  ["\\x41\\u00e4\\U0001f600\\101\\0", ["A\u00e4\u{1f600}A\0"], ["A"]],
  ["[\\b]", ["\b"], ["b"]],
  ["a|", ["", "x"], []],
  ["(?<=a)b(?=c)", ["abc"], ["bc", "ab"]],
  ["(?<!a)b(?!c)", ["b", "xbx"], ["ab", "bc"]],
  ["\u{1f600}{2}", ["\u{1f600}\u{1f600}"], ["\u{1f600}"]],
  ["/-\\/-", ["/-/-"], ["--"]],
];

describe("compilePythonRegex", () => {
  for (const [pattern, matching, others] of VECTORS) {
    it(`searches for ${JSON.stringify(pattern)}`, () => {
      const expression = compilePythonRegex(pattern);
      for (const text of matching) assert.ok(expression.test(text), JSON.stringify(text));
      for (const text of others) assert.ok(!expression.test(text), JSON.stringify(text));
    });
  }

  const wrong = [
    ...[
      "(",
      ")",
      "a)",
      "(?",
      "(?:a",
      "(?P",
      "(?P<",
      "(?P<>a)",
      "(?P<1>a)",
      "(?P<a>x)(?P<a>y)",
      "(?P=a)",
      "(?#",
      "(?z)",
    ],
    ...[
      "a(?i)",
      "(?i-)",
      "(?L)a",
      "(?-a:b)",
      "*",
      "a**",
      "a+*",
      "a{1}{2}",
      "^*",
      "$+",
      "\\b?",
      "|*",
      "(*)",
      "a{2,1}",
      "(?y:a)",
    ],
    ...[
      "[",
      "[]",
      "[a",
      "[z-a]",
      "[a-\\d]",
      "[\\w-a]",
      "\\",
      "\\q",
      "[\\q]",
      "\\x1",
      "\\u12",
      "\\U00110000",
      "\\1",
      "(\\1)",
      "\\8",
      "\\777",
    ],
    ...["(a)(?(1)b|c)", "\\N{DIGIT ONE}"],
  ];
  for (const pattern of wrong) {
    it(`refuses ${pattern}`, () => assert.throws(() => compilePythonRegex(pattern), PatternError));
  }
});
