import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { close, write } from "../../src/platform/file.ts";
import { incoming } from "../../src/platform/incoming.ts";
import { Outgoing } from "../../src/platform/outgoing.ts";
import { openPipe } from "../../src/platform/pipe.ts";
import { SystemError } from "../../src/platform/system_error.ts";

const NEVER = new AbortController().signal;

/** Bytes of which each tells where it belongs. */
function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 0xff);
}

async function collect(parts: AsyncIterable<Uint8Array>): Promise<number> {
  let sum = 0;
  let at = 0;
  for await (const part of parts) {
    for (const byte of part) sum = (sum * 31 + byte + at++) % 1000003;
  }
  return sum;
}

async function* pieces(...parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

describe("a pipe", () => {
  it("carries everything, more than it holds too", async () => {
    const [reader, writer] = openPipe();
    const content = pattern(5 << 20);
    const outgoing = new Outgoing(writer, NEVER);
    const sent = (async () => {
      for (let at = 0; at < content.length; at += 1234567) await outgoing.write(content.subarray(at, at + 1234567));
      close(writer);
    })();
    const got = await collect(incoming(reader, NEVER));
    await sent;
    close(reader);
    assert.equal(got, await collect(pieces(content)));
  });

  it("ends when the other end is closed", async () => {
    const [reader, writer] = openPipe();
    close(writer);
    assert.equal(await collect(incoming(reader, NEVER)), 0);
    close(reader);
  });

  it("that nobody reads is broken", async () => {
    const [reader, writer] = openPipe();
    close(reader);
    const writing = new Outgoing(writer, NEVER).write(new Uint8Array(10));
    await assert.rejects(writing, (error) => error instanceof SystemError && error.code === "EPIPE");
    close(writer);
  });

  it("hears the end of the program while it waits to be read or written", async () => {
    const [reader, writer] = openPipe();
    for (
      const wait of [
        (signal: AbortSignal) => incoming(reader, signal).next(),
        (signal: AbortSignal) => new Outgoing(writer, signal).write(new Uint8Array(4 << 20)),
      ]
    ) {
      const stop = new AbortController();
      const reason = new Error("stop");
      setTimeout(() => stop.abort(reason), 5);
      await assert.rejects(wait(stop.signal), reason);
    }
    close(reader);
    close(writer);
  });

  it("is not waited for once it is full, and is again when all is done", () => {
    const [reader, writer] = openPipe();
    const outgoing = new Outgoing(writer, NEVER);
    assert.ok(isNonBlocking(writer));
    const fill = () => {
      for (let i = 0; i < 2000; i++) write(writer, new Uint8Array(65536));
    };
    assert.throws(fill, (error) => error instanceof SystemError && error.code === "EAGAIN");
    outgoing.close();
    assert.ok(!isNonBlocking(writer));
    close(reader);
    close(writer);
  });
});

/** By what Linux says of the descriptor. */
function isNonBlocking(descriptor: number): boolean {
  const [, flags] = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8"))!;
  return (parseInt(flags!, 8) & 0o4000) !== 0;
}
