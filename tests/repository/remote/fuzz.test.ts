import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Encodable, encode, Float64 } from "../../../src/encoding/msgpack.ts";
import { encodeText } from "../../../src/encoding/path.ts";
import { BorgError } from "../../../src/errors.ts";
import { METHODS } from "../../../src/repository/remote/methods.ts";
import { bytes, createLocal, id, withLocal, withScratch } from "../scratch.ts";
import { Dialogue } from "./dialogue.ts";

const RUNS = { numRuns: 40 };

/** Whatever a message can hold. */
const { value } = fc.letrec<{ value: Encodable }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<Encodable>(null, true, false, 0, 1, -1, 2 ** 40, "repo", ""),
    fc.bigInt({ min: -(1n << 63n), max: (1n << 64n) - 1n }),
    fc.double().map((number) => new Float64(number)),
    fc.uint8Array({ maxLength: 40 }),
    fc.constantFrom(id(1), id(2), new Uint8Array(32)),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 6 }), tie("value"), { maxKeys: 4 }).map((object) =>
      new Map(Object.entries(object))
    ),
  ),
}));

const names = Object.keys(METHODS).filter((name) => name !== "destroy");
const parameters = [...new Set(Object.values(METHODS).flatMap((method) => method.parameters.map(({ name }) => name)))];

/** A call of a method that exists, with arguments of the right names and of any type. */
const call = fc.record({
  name: fc.constantFrom(...names),
  args: fc.dictionary(fc.constantFrom(...parameters.filter((name) => name !== "lock_wait")), value, { maxKeys: 4 }),
  positional: fc.option(fc.array(value, { maxLength: 6 })),
}).map(({ name, args, positional }) =>
  positional && name !== "open" ? encode([1, 7, name, positional]) : encode(
    new Map<string, Encodable>([["i", 7], ["m", name], ["a", new Map(Object.entries({ ...args, lock_wait: 0 }))]]),
  )
);

/** Says all of it to a server that has a repository open; gives what is then in the repository. */
async function survive(messages: readonly Uint8Array[]): Promise<void> {
  await withScratch(async (root) => {
    const made = await createLocal(`${root}/repo`);
    await made.put(id(1), bytes(50));
    await made.commit();
    await made.close();
    const dialogue = new Dialogue({ cwd: root, restrictToRepositories: [`${root}/repo`] });
    await dialogue.negotiate();
    await dialogue.call("open", { path: "repo", exclusive: true });
    for (const message of messages) dialogue.send(message);
    await dialogue.end().catch((error) => assert.ok(error instanceof BorgError, String(error)));
    for (const problem of dialogue.failed) assertFriendly(problem);
    assert.deepEqual(readdirSync(root), ["repo"]);
    assert.deepEqual(readdirSync(`${root}/repo`).filter((name) => name.startsWith("lock")), []);
    await withLocal(`${root}/repo`, {}, async (repository) => {
      assert.ok((await repository.count()) >= 0);
      assert.ok(await repository.check());
    });
  });
}

/** What went wrong was noticed by a check of ours, not by something that broke. */
function assertFriendly(problem: unknown): void {
  const noticed = problem instanceof BorgError || problem instanceof RangeError ||
    (problem as Error).name === "SystemError";
  assert.ok(noticed, (problem as Error).stack);
}

describe("a server", () => {
  it("survives any bytes", () =>
    fc.assert(fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 5 }), survive), RUNS));

  it("survives any messages", () =>
    fc.assert(fc.asyncProperty(fc.array(value.map(encode), { maxLength: 5 }), survive), RUNS));

  it("survives calls with any arguments", () =>
    fc.assert(fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 12 }), survive), { numRuns: 120 }));

  it("keeps its configuration readable whatever it is given as a key", async () => {
    for (const key of ["\r\0", "a\rb", "[x]\n[x]", "#\n;", "\n\n", " \n  x", "\u2028y"]) {
      await survive([encode([1, 7, "save_key", [encodeText(key)]])]);
    }
  });

  it("survives requests with a wrong byte", () => {
    const request = encode(
      new Map<string, Encodable>([
        ["i", 9],
        ["m", "put"],
        ["a", new Map<string, Encodable>([["id", id(3)], ["data", bytes(60)]])],
      ]),
    );
    const damaged = fc.tuple(fc.nat(request.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, change]) => {
      const copy = request.slice();
      copy[at]! ^= change;
      return copy;
    });
    return fc.assert(fc.asyncProperty(damaged, (message) => survive([message, request])), RUNS);
  });
});
