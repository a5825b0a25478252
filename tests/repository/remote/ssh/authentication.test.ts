import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Authentication } from "../../../../src/repository/remote/ssh/authentication.ts";
import { configurationOf } from "../../../../src/repository/remote/ssh/configuration.ts";
import type { AuthMethod } from "../../../../src/repository/remote/ssh/ssh2.d.ts";
import { withScratch } from "../../scratch.ts";

const EVERYTHING = ["publickey", "password", "keyboard-interactive"];

interface Scene {
  readonly authentication: Authentication;
  readonly asked: string[];
  readonly said: string[];
  /** The next way to log in, once the server has answered to the one before. */
  next(offered: readonly string[] | null, partial?: boolean): Promise<AuthMethod | false>;
}

/** A login with one key file, and a person who answers "answer" to all questions. */
async function play(config: string, answer: string | undefined, use: (scene: Scene) => Promise<void>): Promise<void> {
  await withScratch(async (home) => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    writeFileSync(join(home, "key"), privateKey.export({ type: "sec1", format: "pem" }), { mode: 0o600 });
    writeFileSync(join(home, "system"), `User me\nIdentityFile ${home}/key\n${config}`);
    const configuration = configurationOf({ host: "host" }, { env: { HOME: home }, systemFile: join(home, "system") });
    const [asked, said] = [[] as string[], [] as string[]];
    const tools = {
      env: {},
      ask: (prompt: string) => {
        asked.push(prompt);
        return Promise.resolve(answer);
      },
      say: (...lines: readonly string[]) => void said.push(...lines),
    };
    const authentication = new Authentication(configuration, tools, (error) => assert.fail(String(error)));
    const next = (offered: readonly string[] | null, partial = false) =>
      new Promise<AuthMethod | false>((resolve) => authentication.next(offered, partial, resolve));
    await use({ authentication, asked, said, next });
  });
}

/** The types of the ways that are tried when the server never agrees. */
async function tried({ next }: Scene, offered = EVERYTHING): Promise<string[]> {
  const types: string[] = [];
  for (let method = await next(null); method !== false; method = await next(offered)) {
    types.push(method.type);
    if (method.type === "keyboard-interactive") {
      await new Promise((done) => method.prompt("", "", "", [{ prompt: "Code: ", echo: false }], done));
    }
  }
  return types;
}

describe("logging in", () => {
  it("tries keys, questions of the server, and passwords, in this order", async () => {
    await play("", "answer", async (scene) => {
      const three = (type: string) => [type, type, type];
      const expected = ["none", "agent", ...three("keyboard-interactive"), ...three("password")];
      assert.deepEqual(await tried(scene), expected);
      assert.deepEqual(scene.asked.slice(2, 4), ["(me@host) Code: ", "me@host's password: "]);
      assert.equal(scene.said.length, 3);
    });
  });

  it("tries what the server takes, and what the configuration allows", async () => {
    await play("", "answer", async (scene) => {
      assert.deepEqual(await tried(scene, ["publickey", "hostbased"]), ["none", "agent"]);
    });
    await play("PreferredAuthentications password,publickey\nNumberOfPasswordPrompts 1\n", "x", async (scene) => {
      assert.deepEqual(await tried(scene), ["none", "password", "agent"]);
    });
    await play("PubkeyAuthentication no\nKbdInteractiveAuthentication no\n", undefined, async (scene) => {
      assert.deepEqual(await tried(scene), ["none"]);
      assert.deepEqual(scene.asked, ["me@host's password: "]);
    });
  });

  it("asks nothing in batch mode", async () => {
    await play("BatchMode yes\n", "answer", async (scene) => {
      assert.deepEqual(await tried(scene), ["none", "agent"]);
      assert.deepEqual(scene.asked, []);
    });
  });

  it("gives no password to a host whose key has changed", async () => {
    await play("", "answer", async (scene) => {
      scene.authentication.trust = "changed";
      assert.deepEqual(await tried(scene), ["none", "agent"]);
      assert.deepEqual(scene.asked, []);
    });
  });

  it("begins again when one way was right and another is wanted as well", async () => {
    await play("", "answer", async ({ next, authentication }) => {
      await next(null);
      const key = await next(["publickey"]);
      assert.ok(key && key.type === "agent");
      const password = await next(["password"], true);
      assert.ok(password && password.type === "password" && password.password === "answer");
      assert.deepEqual(authentication.offered, ["password"]);
    });
  });
});
