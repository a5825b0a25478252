// Stands in for `ssh`: runs the command here, carries everything with a delay, and counts how often the client had to wait.
import { Buffer } from "node:buffer";
import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import process from "node:process";
import type { Readable, Writable } from "node:stream";
import { Unpacker, type Value } from "../../../../src/encoding/msgpack.ts";

const delay = Number(process.env["LINK_DELAY"] ?? 0);
const log = process.env["LINK_LOG"]!;
const words = process.argv.slice(3); // after the host
const server = spawn("sh", ["-c", words.join(" ")], { stdio: ["pipe", "pipe", "inherit"] });

let outstanding = 0;
let waits = 0;
const calls = new Map<string, number>();

/** A request that is sent when all others have been answered: whoever sent it has waited for the answers. */
function request(message: Value): void {
  if (outstanding++ === 0) waits++;
  const method = message instanceof Map ? message.get("m") : Array.isArray(message) ? message[2] : undefined;
  const name = Buffer.from(method as Uint8Array).toString();
  calls.set(name, (calls.get(name) ?? 0) + 1);
}

function response(): void {
  outstanding--;
}

function carry(from: Readable, to: Writable, when: "early" | "late", note: (message: Value) => void): Promise<void> {
  const unpacker = new Unpacker(undefined, true);
  const look = (part: Uint8Array) => {
    unpacker.feed(part);
    for (let message = unpacker.next(); message !== undefined; message = unpacker.next()) note(message);
  };
  return new Promise((resolve) => {
    from.on("data", (part: Uint8Array) => {
      if (when === "early") look(part);
      setTimeout(() => {
        if (when === "late") look(part);
        to.write(part);
      }, delay);
    });
    from.on("end", () =>
      setTimeout(() => {
        to.end();
        resolve();
      }, delay));
    to.on("error", () => {});
  });
}

void carry(process.stdin, server.stdin, "early", request);
await carry(server.stdout, process.stdout, "late", response);
appendFileSync(log, `${JSON.stringify({ waits, calls: Object.fromEntries(calls) })}\n`);
