// Stands in for `ssh`: runs the command here, and does to the server's answers what EVIL says.
import { spawn } from "node:child_process";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { type Encodable, encode, Unpacker, type Value } from "../../../../src/encoding/msgpack.ts";

type Answer = Map<string, Value>;

/** What is sent in place of an answer that holds an object. */
type Evil = (answer: Answer) => Encodable[] | Uint8Array;

let kept: Answer | undefined;

const EVILS: Readonly<Record<string, Evil>> = {
  "gives the object before": (answer) => {
    const before = kept ?? answer;
    kept = answer;
    return [withResult(answer, before.get("r")!)];
  },
  "answers twice": (answer) => [answer, answer],
  "answers to what nobody asked": (answer) => [new Map<string, Value>([...answer, ["i", 4_000_000]]), answer],
  "answers to no number": (answer) => [new Map<string, Value>([...answer, ["i", new Uint8Array([1])]])],
  "gives a number for an object": (answer) => [withResult(answer, 5)],
  "gives a list for an object": (answer) => [withResult(answer, [answer.get("r")!])],
  "gives nothing for an object": (answer) => [withResult(answer, null)],
  "cuts objects": (answer) => [withResult(answer, bytesOf(answer).subarray(0, bytesOf(answer).length >> 1))],
  "lengthens objects": (answer) => [withResult(answer, new Uint8Array([...bytesOf(answer), 0]))],
  "damages objects": (answer) => [withResult(answer, bytesOf(answer).map((byte, i) => i === 50 ? byte ^ 1 : byte))],
  "says that an object is huge": () => Uint8Array.of(0x82, 0xa1, 0x69, 2, 0xa1, 0x72, 0xdb, 0xff, 0xff, 0xff, 0xff),
  "talks nonsense": () => new Uint8Array(1000).fill(0xc1),
  "hangs up": () => process.exit(0),
};

function withResult(answer: Answer, result: Value): Map<string, Value> {
  return new Map([...answer, ["r", result]]);
}

function bytesOf(answer: Answer): Uint8Array {
  return answer.get("r") as Uint8Array;
}

function isObject(message: Value): message is Answer {
  const result = message instanceof Map ? message.get("r") : undefined;
  return result instanceof Uint8Array && result.length > 40;
}

/** Objects of the archive, that is: key and manifest come first, and are given as they are. */
const HONEST = 2;

const { EVIL = "", LATE = "0" } = process.env;
const server = spawn("sh", ["-c", process.argv.slice(3).join(" ")], { stdio: ["pipe", "pipe", "inherit"] });
process.stdin.pipe(server.stdin);
const unpacker = new Unpacker(undefined, true);
let objects = 0;
for await (const part of server.stdout) {
  unpacker.feed(part);
  for (let message = unpacker.next(); message !== undefined; message = unpacker.next()) {
    await setTimeout(Number(LATE));
    const isTarget = isObject(message) && objects++ >= HONEST;
    const said = isTarget && EVIL !== "" ? EVILS[EVIL]!(message as Answer) : [message as Encodable];
    if (said instanceof Uint8Array) process.stdout.write(said);
    else for (const each of said) process.stdout.write(encode(each));
  }
}
