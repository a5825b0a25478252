import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { generateKeyPairSync } from "node:crypto";
import { describe, it } from "node:test";
import { type Admission, Door } from "../../../../../src/repository/remote/ssh/daemon/door.ts";
import type { AuthorizedKey } from "../../../../../src/repository/remote/ssh/daemon/authorized_keys.ts";
import { openPrivateKey } from "../../../../../src/repository/remote/ssh/private_key.ts";
import type { AuthContext } from "../../../../../src/repository/remote/ssh/ssh2.d.ts";

const BLOB = Buffer.from("what is signed");
const NOW = 1_000_000;

function newKey() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return openPrivateKey(privateKey.export({ type: "pkcs1", format: "pem" }).toString())!;
}

const [known, stranger] = [newKey(), newKey()];

function openDoor(changes: Partial<AuthorizedKey> = {}) {
  const heard: string[] = [];
  const events = { admitted: [] as Admission[], turnedAway: 0 };
  const key = { type: "ssh-rsa", key: known.getPublicSSH(), comment: "", command: undefined };
  const door = new Door({
    client: { address: "192.0.2.7", name: "192.0.2.7:1" },
    keys: [{ ...key, from: undefined, expires: undefined, ...changes }],
    attempts: 3,
    listener: (_level, message, ...data) => heard.push([message, ...data].join(" ")),
    now: () => NOW,
    admit: (admission) => void events.admitted.push(admission),
    turnAway: () => void events.turnedAway++,
  });
  /** What the door answers to one attempt. */
  const knock = (attempt: Partial<AuthContext>): string => {
    let answer = "nothing";
    door.answer({
      username: "somebody",
      method: "publickey",
      key: { algo: "ssh-rsa", data: known.getPublicSSH() },
      hashAlgo: "sha256",
      accept: () => void (answer = "accepted"),
      reject: (methods) => void (answer = `rejected, ${methods}`),
      ...attempt,
    });
    return answer;
  };
  return { knock, heard, events };
}

const signed = (key = known, data = BLOB) => ({ blob: BLOB, signature: key.sign(data, "sha256") as Buffer });

describe("the door of the SSH server", () => {
  it("opens for who can sign with a known key", () => {
    const { knock, events } = openDoor({ comment: "c" });
    assert.equal(knock({ method: "none" }), "rejected, publickey");
    assert.equal(knock({}), "accepted");
    assert.equal(events.admitted.length, 0);
    assert.equal(knock(signed()), "accepted");
    assert.deepEqual(events.admitted.map(({ user, key }) => [user, key.comment]), [["somebody", "c"]]);
  });

  it("stays shut for wrong signatures, other keys, other methods and SHA-1", () => {
    const data = stranger.getPublicSSH();
    for (
      const attempt of [
        signed(stranger),
        signed(known, Buffer.from("something else")),
        { ...signed(), signature: Buffer.alloc(0) },
        { key: { algo: "ssh-rsa", data } },
        { key: { algo: "ssh-rsa", data }, ...signed(stranger) },
        { method: "password" },
        { method: "keyboard-interactive" },
        { method: "hostbased", ...signed() },
        { ...signed(), hashAlgo: undefined },
      ] as Partial<AuthContext>[]
    ) {
      const { knock, events } = openDoor();
      assert.equal(knock(attempt), "rejected, publickey");
      assert.equal(events.admitted.length, 0);
    }
  });

  it("turns away who tries too often", () => {
    const { knock, heard, events } = openDoor();
    knock({ method: "none" });
    for (let attempt = 0; attempt < 2; attempt++) knock(signed(stranger));
    assert.equal(events.turnedAway, 0);
    knock({ method: "password" });
    assert.equal(events.turnedAway, 1);
    assert.deepEqual(heard.slice(-1), ["refused 192.0.2.7:1 attempts"]);
  });

  it("knows from where and until when a key is good", () => {
    const answer = (changes: Partial<AuthorizedKey>) => {
      const { knock, heard } = openDoor(changes);
      return [knock(signed()), ...heard];
    };
    assert.deepEqual(answer({ from: ["192.0.2.*"] }), ["accepted"]);
    assert.deepEqual(answer({ from: ["192.0.3.*"] }), ["rejected, publickey", "refused 192.0.2.7:1 address"]);
    assert.deepEqual(answer({ expires: NOW + 1 }), ["accepted"]);
    assert.deepEqual(answer({ expires: NOW }), ["rejected, publickey", "refused 192.0.2.7:1 expired"]);
  });
});
