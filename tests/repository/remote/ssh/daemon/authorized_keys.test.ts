import assert from "node:assert/strict";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { isAddressPattern, matchesAddress } from "../../../../../src/repository/remote/ssh/daemon/address_patterns.ts";
import {
  parseAuthorizedKeys,
  readAuthorizedKeys,
} from "../../../../../src/repository/remote/ssh/daemon/authorized_keys.ts";
import { DaemonProblem } from "../../../../../src/repository/remote/ssh/daemon/problem.ts";
import { isServeCommand, serveWords } from "../../../../../src/repository/remote/ssh/daemon/serve_words.ts";
import { withScratch } from "../../../scratch.ts";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0CJWIvH7DpQ89nqufS7a4YI+1yh+E/96gzXZYzxnH1";

const parse = (...lines: string[]) => parseAuthorizedKeys(lines.join("\n"), "file");
const one = (line: string) => parse(line)[0]!;

describe("authorized keys", () => {
  it("are the lines that are no comments", () => {
    const keys = parse("# comment", "", KEY, `  restrict\t${KEY} of two words  \r`);
    assert.deepEqual(keys.map(({ type, comment }) => [type, comment]), [
      ["ssh-ed25519", ""],
      ["ssh-ed25519", "of two words"],
    ]);
    assert.deepEqual([keys[0]!.command, keys[0]!.from, keys[0]!.expires], [undefined, undefined, undefined]);
  });

  it("may have options", () => {
    const { command, from, expires } = one(
      `restrict,no-pty,No-X11-Forwarding,command="/opt/borg-1.4/borg serve --restrict-to-path \\"/a b\\"",` +
        `from="192.0.2.0/24,!192.0.2.7,2001:db8::*",expiry-time="20300102Z" ${KEY}`,
    );
    assert.equal(command, '/opt/borg-1.4/borg serve --restrict-to-path "/a b"');
    assert.deepEqual(from, ["192.0.2.0/24", "!192.0.2.7", "2001:db8::*"]);
    assert.equal(expires, Date.UTC(2030, 0, 2));
  });

  it("expire at a local time, or with a Z at one of UTC", () => {
    const expires = (time: string) => one(`expiry-time="${time}" ${KEY}`).expires;
    assert.equal(expires("20300203"), new Date(2030, 1, 3).getTime());
    assert.equal(expires("203002030405"), new Date(2030, 1, 3, 4, 5).getTime());
    assert.equal(expires("20300203040506Z"), Date.UTC(2030, 1, 3, 4, 5, 6));
  });

  for (
    const options of [
      "pty",
      "port-forwarding",
      'environment="A=b"',
      'permitopen="h:1"',
      "cert-authority",
      'principals="x"',
      'tunnel="0"',
      'frob="x"',
      "no-touch-required",
      'command="rm -rf /"',
      'command="borg create"',
      'command="borg serve',
      'command="BORG_BASE_DIR=/x borg serve"',
      'command="borg serve --restrict-to-path $HOME/x"',
      'command="borg serve --restrict-to-path ~/x"',
      'command="borg serve --restrict-to-path=~/x"',
      'command="borg serve; true"',
      "command",
      'restrict="yes"',
      'from="*.example.org"',
      'from="192.0.2.0/33"',
      'from=""',
      'expiry-time="2030"',
      'expiry-time="20301302"',
      'expiry-time="203001022500"',
      "restrict,,no-pty",
      "restrict;no-pty",
    ]
  ) {
    it(`are refused with ${options}`, () => {
      assert.throws(() => parse("", `${options} ${KEY}`), (error) => {
        assert.ok(error instanceof DaemonProblem);
        assert.match(String(error.data[0]), /^file:2: /);
        return true;
      });
    });
  }

  for (
    const line of [
      "ssh-ed25519",
      "ssh-ed25519 AAAA",
      KEY.replace("ssh-ed25519", "ssh-rsa"),
      KEY.replace("ssh-ed25519", "ssh-dss"),
      "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29t",
      "ssh-ed25519-cert-v01@openssh.com AAAA",
      "restrict",
      "nonsense and more of it",
    ]
  ) {
    it(`are not: ${line.slice(0, 40)}`, () => assert.throws(() => parse(line), DaemonProblem));
  }

  it("are read or refused, whatever the text", () => {
    const piece = fc.constantFrom(
      '"',
      "\\",
      ",",
      "=",
      " ",
      "\n",
      "restrict",
      "command",
      "from",
      KEY,
      "borg serve",
      "expiry-time",
      "20300101",
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.array(piece).map((all) => all.join(""))), (text) => {
        try {
          for (const { type } of parseAuthorizedKeys(text, "file")) assert.equal(type, "ssh-ed25519");
        } catch (error) {
          assert.ok(error instanceof DaemonProblem, String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("do not take for ever", () => {
    const start = performance.now();
    assert.throws(() => parse(`command="${"\\".repeat(50_000)} ${KEY}`), DaemonProblem);
    assert.throws(() => parse(`${"a,".repeat(50_000)} ${KEY}`), DaemonProblem);
    assert.ok(performance.now() - start < 5000);
  });

  it("are only read from a file that nobody else can change", async () => {
    await withScratch((folder) => {
      const path = join(folder, "keys");
      assert.throws(() => readAuthorizedKeys(path), /No such file/);
      writeFileSync(path, `${KEY}\n`, { mode: 0o644 });
      assert.equal(readAuthorizedKeys(path).length, 1);
      for (const mode of [0o664, 0o646]) {
        chmodSync(path, mode);
        assert.throws(() => readAuthorizedKeys(path), /writable by other users/);
      }
      chmodSync(path, 0o600);
      chmodSync(folder, 0o777);
      assert.throws(() => readAuthorizedKeys(path), /folder/);
      chmodSync(folder, 0o1777);
      assert.equal(readAuthorizedKeys(path).length, 1);
      mkdirSync(join(folder, "directory"));
      symlinkSync("directory", join(folder, "link"));
      assert.throws(() => readAuthorizedKeys(join(folder, "link")), /not a file/);
    });
  });
});

describe("addresses in from=", () => {
  /** address, patterns, whether they match */
  const CASES: [string, string, boolean][] = [
    ["192.0.2.7", "192.0.2.7", true],
    ["192.0.2.7", "192.0.2.8", false],
    ["192.0.2.7", "192.0.2.*", true],
    ["192.0.2.7", "192.0.2.?", true],
    ["192.0.2.7", "192.0.2.0/24", true],
    ["192.0.3.7", "192.0.2.0/24", false],
    ["192.0.2.7", "0.0.0.0/0", true],
    ["::ffff:192.0.2.7", "192.0.2.0/24", true],
    ["192.0.2.7", "192.0.2.0/24,!192.0.2.7", false],
    ["192.0.2.7", "!192.0.2.8", false],
    ["2001:db8::1", "2001:DB8:0:0::1", true],
    ["2001:db8::1", "2001:db8::/32", true],
    ["2001:db9::1", "2001:db8::/32", false],
    ["2001:db8::1", "0.0.0.0/0", false],
    ["2001:db8::1", "2001:db8:*", true],
  ];
  for (const [address, patterns, expected] of CASES) {
    it(`${address} and ${patterns}`, () => assert.equal(matchesAddress(address, patterns.split(",")), expected));
  }

  it("are nothing else", () => {
    for (const word of ["", "!", "example.org", "*.org", "1.2.3.4/", "1.2.3.4/x", "1.2.3/8", "::/129", "a/b"]) {
      assert.equal(isAddressPattern(word), false, word);
    }
  });
});

describe("the command of a client", () => {
  it("is borg serve, whatever borg is called", () => {
    for (
      const command of [
        "borg serve",
        "/usr/local/bin/borg serve --debug",
        "BORG_X=1 LANG=C borg1 serve",
        "'/path with blank/borg-1.4' serve --umask=077",
        "borg --info serve",
      ]
    ) {
      assert.equal(isServeCommand(command), true, command);
    }
    assert.deepEqual(serveWords("A=b x/borg serve --debug 'a b'"), ["serve", "--debug", "a b"]);
  });

  it("is nothing else", () => {
    for (
      const command of [
        "",
        "borg",
        "serve",
        "borg create serve",
        "borg create; borg serve",
        "sh -c 'borg serve'",
        "cyborg serve",
        "/bin/sh borg serve",
        "borg/ serve",
        "borg 'serve",
        "A=b",
        "borg serve\0".replace("serve\0", "served"),
        "scp -f x",
      ]
    ) {
      assert.equal(isServeCommand(command), false, command);
    }
  });
});
