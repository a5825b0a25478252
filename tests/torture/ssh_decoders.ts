import { Buffer } from "node:buffer";
import { generateKeyPairSync } from "node:crypto";
import { decodeText, encodeText } from "../../src/encoding/path.ts";
import { parseAuthorizedKeys } from "../../src/repository/remote/ssh/daemon/authorized_keys.ts";
import { DaemonProblem } from "../../src/repository/remote/ssh/daemon/problem.ts";
import { isAbout, judge, knownHostLine, parseKnownHosts } from "../../src/repository/remote/ssh/known_hosts.ts";
import { inspectPrivateKey, openPrivateKey, openPublicKey } from "../../src/repository/remote/ssh/private_key.ts";
import { parseSettings } from "../../src/repository/remote/ssh/settings_file.ts";
import { Unsupported } from "../../src/repository/remote/ssh/unsupported.ts";
import type { Decoder } from "./decoders.ts";

const TYPE = "ssh-ed25519";
const KEY = Buffer.concat([field(Buffer.from(TYPE)), field(Buffer.alloc(32, 7))]);
const SALT = () => new Uint8Array(20).fill(1);

/** How the parsers of SSH files refuse. */
export const SSH_REFUSALS = [Unsupported, DaemonProblem];

/** What reads the files of SSH, and keys that servers send. */
export const SSH_DECODERS: readonly Decoder[] = [
  { name: "known hosts", samples: () => Promise.resolve([knownHosts()]), decode: readKnownHosts },
  {
    name: "ssh settings",
    samples: () =>
      text('Host a *.b !c\n  User u\n  Port 22\n  IdentityFile "~/a b"\nMatch host x exec "true"\n  ProxyJump y\n'),
    decode: (bytes) => parseSettings(decodeText(bytes), "config"),
  },
  {
    name: "authorized keys",
    samples: () => text(`command="borg serve",restrict,from="10.0.0.0/8" ${TYPE} ${KEY.toString("base64")} me\n# no\n`),
    decode: (bytes) => parseAuthorizedKeys(decodeText(bytes), "authorized_keys"),
  },
  { name: "private key", samples: privateKeys, decode: readPrivateKey },
  {
    name: "host key",
    samples: () => Promise.resolve([new Uint8Array(KEY)]),
    decode: (bytes) => openPublicKey(Buffer.from(bytes)),
  },
];

function field(content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
}

function text(content: string): Promise<Uint8Array[]> {
  return Promise.resolve([encodeText(content)]);
}

function knownHosts(): Uint8Array {
  const lines = [
    knownHostLine(["a", "[b]:23"], TYPE, KEY),
    knownHostLine(["c"], TYPE, KEY, SALT),
    "@revoked * x y",
    "#",
  ];
  return encodeText(lines.join("\n"));
}

function readKnownHosts(bytes: Uint8Array): void {
  const known = parseKnownHosts(decodeText(bytes), "known_hosts");
  for (const line of known) isAbout(line, "[b]:23");
  judge(known, "a", TYPE, KEY);
}

function privateKeys(): Promise<Uint8Array[]> {
  const pem = {
    privateKeyEncoding: { format: "pem", type: "pkcs8" },
    publicKeyEncoding: { format: "pem", type: "spki" },
  } as const;
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256", ...pem });
  const blob = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    ...["none", "none", ""].map((word) => field(Buffer.from(word))),
    Buffer.from([0, 0, 0, 1]),
    field(KEY),
    field(Buffer.alloc(64)),
  ]);
  const own = `-----BEGIN OPENSSH PRIVATE KEY-----\n${blob.toString("base64")}\n-----END OPENSSH PRIVATE KEY-----\n`;
  return Promise.resolve([String(privateKey), own].map(encodeText));
}

function readPrivateKey(bytes: Uint8Array): void {
  inspectPrivateKey(decodeText(bytes));
  openPrivateKey(decodeText(bytes));
}
