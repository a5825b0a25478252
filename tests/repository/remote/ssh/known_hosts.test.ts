import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  isAbout,
  judge,
  knownHostLine,
  knownName,
  parseKnownHosts,
  randomSalt,
} from "../../../../src/repository/remote/ssh/known_hosts.ts";
import { decodeKey, fingerprint, keyTypeWord, typeOfKey } from "../../../../src/repository/remote/ssh/public_key.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { withScratch } from "../../scratch.ts";

const ED25519 = "AAAAC3NzaC1lZDI1NTE5AAAAIJ0CJWIvH7DpQ89nqufS7a4YI+1yh+E/96gzXZYzxnH1";
const ECDSA =
  "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBE9f6UZNdXaPEJ/NK3y5ewfeDdoaR7Zh5uNlm0+KIqy0PQ3Eg14bXIzVNRseHHkscW6I4SvDCFIt3yO9bnoy5Ck=";
const OTHER = Buffer.from(ED25519, "base64").fill(7, 20).toString("base64");

/** Made by `ssh-keygen -H` of OpenSSH 9.2. */
const HASHED: [name: string, hosts: string][] = [
  ["example.org", "|1|qv4n/Y+HoGnVTlU4eekwR9n8lQk=|JFq65BxtQmFDZpdsmFFDdBiiNAo="],
  ["[example.org]:2222", "|1|NkPVEAXeI/b5H9YMbX+Qs1nX7mM=|9MDym43CwBHAgvZqcJL0XTlt/oA="],
  ["192.0.2.7", "|1|KUWuVD4fO9c9YFQbOuSl1eJnyF4=|rGr4X+M3XvgvWD46PAjRlFgLEps="],
  ["[2001:db8::1]:22022", "|1|2sSzO3h0aT0vBg7N0hYePafh/BA=|Z6atARUnpnvjoK5MSh8MLHBSdSk="],
];

const parse = (...lines: string[]) => parseKnownHosts(lines.join("\n"), "file");
const verdict = (lines: string[], name: string, type: string, base64: string) =>
  judge(parse(...lines), name, type, Buffer.from(base64, "base64")).kind;
const ed = (hosts: string, key = ED25519) => `${hosts} ssh-ed25519 ${key}`;

describe("known hosts", () => {
  it("are named with their port where it is not the usual one", () => {
    assert.equal(knownName("Example.ORG", 22), "example.org");
    assert.equal(knownName("2001:DB8::1", 2222), "[2001:db8::1]:2222");
  });

  for (const [name, hosts] of HASHED) {
    it(`are found by their hash: ${name}`, () => {
      const [line] = parse(ed(hosts));
      assert.equal(isAbout(line!, name), true);
      for (const [other] of HASHED) assert.equal(isAbout(line!, other), other === name);
      assert.equal(verdict([ed(hosts)], name, "ssh-ed25519", ED25519), "same");
      assert.equal(verdict([ed(hosts)], name, "ssh-ed25519", OTHER), "changed");
    });
  }

  it("are found by their patterns", () => {
    const lines = [ed("a,B.example,*.org,!bad.org,[c]:2222 ")];
    const kinds = ["a", "b.example", "x.org", "bad.org", "c", "[c]:2222"].map((name) =>
      verdict(lines, name, "ssh-ed25519", ED25519)
    );
    assert.deepEqual(kinds, ["same", "same", "same", "unknown", "unknown", "same"]);
  });

  it("may have several keys", () => {
    const lines = [ed("h", OTHER), ed("h"), `h ecdsa-sha2-nistp256 ${ECDSA}`];
    assert.equal(verdict(lines, "h", "ssh-ed25519", ED25519), "same");
    assert.equal(verdict(lines, "h", "ssh-ed25519", OTHER), "same");
    assert.equal(verdict(lines, "h", "ecdsa-sha2-nistp256", ECDSA), "same");
    const [changed] = [judge(parse(...lines), "h", "ssh-ed25519", Buffer.from(OTHER.replace("B", "C"), "base64"))];
    assert.equal(changed.kind, "changed");
  });

  it("that show a key of another type are not known, and it is told what is", () => {
    const result = judge(parse("", ed("h")), "h", "ecdsa-sha2-nistp256", Buffer.from(ECDSA, "base64"));
    assert.equal(result.kind, "unknown");
    assert.deepEqual(result.kind === "unknown" && result.others.map(({ file, line }) => [file, line]), [["file", 2]]);
  });

  it("whose key is revoked are never right", () => {
    assert.equal(verdict([ed("h"), ed("@revoked *")], "h", "ssh-ed25519", ED25519), "revoked");
    assert.equal(verdict([ed("h"), ed("@revoked *", OTHER)], "h", "ssh-ed25519", ED25519), "same");
    assert.equal(verdict([ed("@revoked h")], "h", "ssh-ed25519", OTHER), "unknown");
  });

  it("are not those of a certificate authority", () => {
    assert.equal(verdict([ed("@cert-authority h")], "h", "ssh-ed25519", ED25519), "unknown");
  });

  it("are what can be read of a file", () => {
    const lines = parse(
      "# comment",
      "",
      "  ",
      "h",
      "h ssh-ed25519",
      `h ssh-rsa ${ED25519}`,
      "h ssh-ed25519 AAAA",
      ed("@unknown h"),
      `|1|x|y ssh-ed25519 ${ED25519}`,
      `|2|a|b ssh-ed25519 ${ED25519}`,
      `\t${ed("h").replaceAll(" ", "\t ")} comment of words\r`,
    );
    assert.deepEqual(lines.map(({ line }) => line).filter((line) => line !== 9), [11]);
    assert.equal(verdict([`|1|x|y ssh-ed25519 ${ED25519}`], "h", "ssh-ed25519", ED25519), "unknown");
  });

  it("survive any text", () => {
    const piece = fc.constantFrom("|1|", "|", "@revoked", "@", "!", "*", ",", " ", "\n", "ssh-ed25519", ED25519, "h");
    fc.assert(fc.property(fc.oneof(fc.string(), fc.array(piece).map((all) => all.join(""))), (text) => {
      const known = parseKnownHosts(text, "file");
      assert.ok(["same", "unknown", "changed", "revoked"].includes(judge(known, "h", "x", Buffer.alloc(3)).kind));
    }));
  });

  it("are written as they are read", () => {
    const key = Buffer.from(ED25519, "base64");
    fc.assert(
      fc.property(fc.constantFrom("host.example", "[host]:22222", "2001:db8::1"), fc.boolean(), (name, hash) => {
        const line = knownHostLine([name], "ssh-ed25519", key, hash ? randomSalt : undefined);
        assert.equal(verdict([line], name, "ssh-ed25519", ED25519), "same");
        assert.equal(line.includes(name), !hash);
      }),
    );
  });

  it("are found by ssh-keygen when we wrote them hashed", requirePeer("ssh-keygen"), async () => {
    await withScratch((folder) => {
      const path = join(folder, "known_hosts");
      const line = knownHostLine(["[h]:2222"], "ssh-ed25519", Buffer.from(ED25519, "base64"), randomSalt);
      writeFileSync(path, `${line}\n`);
      const find = (name: string) => spawnSync("ssh-keygen", ["-F", name, "-f", path], { encoding: "utf8" }).status;
      assert.deepEqual([find("[h]:2222"), find("h")], [0, 1]);
    });
  });
});

describe("public keys", () => {
  it("have fingerprints", () => {
    assert.equal(
      fingerprint(Buffer.from(ED25519, "base64")),
      "SHA256:87ezSw2E3DWQqbyTeVM2BNFJquita+UmddevFqw7Us4",
    );
    assert.equal(fingerprint(Buffer.from(ECDSA, "base64")), "SHA256:c+VC3GxKgcaug4DgxUAcuk651YPFlr2CWPAmOSH82bI");
  });

  it("say what type they are", () => {
    assert.equal(typeOfKey(Buffer.from(ECDSA, "base64")), "ecdsa-sha2-nistp256");
    assert.equal(keyTypeWord("ecdsa-sha2-nistp256"), "ECDSA");
    assert.equal(keyTypeWord("something-else"), "something-else");
    for (const bytes of [[], [0, 0], [0, 0, 0, 0], [0, 0, 0, 9, 65], [255, 255, 255, 255, 65], [0, 0, 0, 1, 32]]) {
      assert.equal(typeOfKey(Uint8Array.from(bytes)), undefined);
    }
  });

  it("are only taken with the type that they are of", () => {
    assert.equal(decodeKey("ssh-ed25519", ED25519)?.length, 51);
    for (const text of ["", "=", "AAAA", `${ED25519}!`, ECDSA]) assert.equal(decodeKey("ssh-ed25519", text), undefined);
  });
});
