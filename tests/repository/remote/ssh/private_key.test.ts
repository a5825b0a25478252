import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { generateKeyPairSync, type KeyExportOptions, type KeyObject } from "node:crypto";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import {
  inspectPrivateKey,
  isSameKey,
  openPrivateKey,
  openPublicKey,
} from "../../../../src/repository/remote/ssh/private_key.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { withScratch } from "../../scratch.ts";

const PASSPHRASE = "pass phräse";
const DATA = Buffer.from("data");

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;

function pem(key: KeyObject, options: KeyExportOptions<"pem">): string {
  return key.export(options).toString();
}

describe("private key files of OpenSSL", () => {
  const locked = { cipher: "aes-256-cbc", passphrase: PASSPHRASE };
  for (
    const [name, text, encrypted] of [
      ["PKCS#1", pem(rsa, { type: "pkcs1", format: "pem" }), false],
      ["SEC1", pem(ec, { type: "sec1", format: "pem" }), false],
      ["PKCS#8 with RSA", pem(rsa, { type: "pkcs8", format: "pem" }), false],
      ["PKCS#8 with EC", pem(ec, { type: "pkcs8", format: "pem" }), false],
      ["encrypted PKCS#8 with RSA", pem(rsa, { type: "pkcs8", format: "pem", ...locked }), true],
      ["encrypted PKCS#8 with EC", pem(ec, { type: "pkcs8", format: "pem", ...locked }), true],
    ] as const
  ) {
    it(`are opened: ${name}`, () => {
      assert.equal(inspectPrivateKey(text).encrypted, encrypted);
      if (encrypted) {
        assert.equal(openPrivateKey(text), undefined);
        assert.equal(openPrivateKey(text, "wrong"), undefined);
      }
      const key = openPrivateKey(text, encrypted ? PASSPHRASE : undefined)!;
      assert.equal(key.verify(DATA, key.sign(DATA, "sha256") as Buffer, "sha256"), true);
    });
  }
});

describe("private key files of OpenSSH", requirePeer("ssh-keygen"), () => {
  for (const [type, bits] of [["ed25519", "256"], ["ecdsa", "256"], ["rsa", "1024"]] as const) {
    for (const passphrase of ["", PASSPHRASE]) {
      it(`tell their public key and are opened: ${type}${passphrase && ", encrypted"}`, async () => {
        await withScratch((folder) => {
          const path = join(folder, "key");
          const made = spawnSync("ssh-keygen", ["-q", "-a", "1", "-t", type, "-b", bits, "-N", passphrase, "-f", path]);
          assert.equal(made.status, 0);
          const text = readFileSync(path, "utf8");
          const { encrypted, publicKey } = inspectPrivateKey(text);
          assert.equal(encrypted, passphrase !== "");
          assert.ok(openPublicKey(readFileSync(`${path}.pub`, "utf8"))!.getPublicSSH().equals(publicKey!));
          if (encrypted) assert.equal(openPrivateKey(text, "wrong"), undefined);
          const key = openPrivateKey(text, passphrase || undefined)!;
          assert.ok(isSameKey(openPublicKey(publicKey!)!, key));
        });
      });
    }
  }
});

describe("what is no private key", () => {
  const begin = "-----BEGIN OPENSSH PRIVATE KEY-----";
  const end = "-----END OPENSSH PRIVATE KEY-----";
  const wrapped = (bytes: string) => `${begin}\n${Buffer.from(bytes, "latin1").toString("base64")}\n${end}\n`;
  for (
    const text of [
      "",
      "text",
      begin,
      wrapped("x"),
      wrapped("openssh-key-v1\0"),
      wrapped("openssh-key-v1\0\xff\xff\xff\xff"),
      wrapped("openssh-key-v1\0\0\0\0\x04none"),
      "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    ]
  ) {
    it(`is not opened: ${JSON.stringify(text.slice(0, 80))}`, () => {
      assert.equal(inspectPrivateKey(text).publicKey, undefined);
      assert.equal(openPrivateKey(text), undefined);
    });
  }
});
