import { Buffer } from "node:buffer";
import { MsgpackError, MsgpackTruncated, Reader } from "../../encoding/msgpack.ts";
import { decodeText, displayText } from "../../encoding/path.ts";
import { UnexpectedAnswer } from "./errors.ts";
import { type MessageId, readResponse, type Response, UnexpectedFormat } from "./protocol.ts";

/** A response of more than this many bytes is none (format reference 1.2). */
const MOST = 62914560;

/** So much of what was received instead of a response is shown. */
const SHOWN = 1000;

/** What could make a terminal do something; line breaks and tabs are harmless. */
// deno-lint-ignore no-control-regex
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/** The bytes that a request asked for, while they come in. */
interface Body {
  readonly id: MessageId;
  readonly bytes: Uint8Array;
  filled: number;
}

/**
 * Takes the responses of a server apart, which arrive in pieces of any size. The bytes of an object get memory of their own;
 * they are not copied again.
 */
export class ResponseStream {
  #bytes = new Uint8Array(0x10000);
  #start = 0;
  #end = 0;
  #body: Body | undefined;
  /** How far the message at `#start` has been looked through, and how many values are still to come there. */
  #scanned = 0;
  #missing = 1;

  /** Whether a response has begun and not ended. */
  get isInside(): boolean {
    return this.#body !== undefined || this.#start < this.#end;
  }

  /** The responses that `part` completes. Throws UnexpectedAnswer at what is none. */
  feed(part: Uint8Array): Response[] {
    const responses: Response[] = [];
    const rest = this.#fillBody(part, responses);
    if (rest.length > 0) this.#append(rest);
    try {
      for (let next = this.#next(); next; next = this.#next()) responses.push(next);
    } catch (error) {
      if (!(error instanceof MsgpackError)) throw error;
      throw new UnexpectedAnswer(this.#shown(), { cause: error });
    }
    return responses;
  }

  /** Gives what does not belong to the body under way. */
  #fillBody(part: Uint8Array, responses: Response[]): Uint8Array {
    const body = this.#body;
    if (!body) return part;
    const taken = part.subarray(0, body.bytes.length - body.filled);
    body.bytes.set(taken, body.filled);
    body.filled += taken.length;
    if (body.filled === body.bytes.length) {
      this.#body = undefined;
      responses.push({ id: body.id, result: body.bytes });
    }
    return part.subarray(taken.length);
  }

  #append(bytes: Uint8Array): void {
    const waiting = this.#end - this.#start;
    if (waiting + bytes.length > MOST) throw new UnexpectedAnswer(`a message of more than ${MOST} bytes`);
    if (this.#end + bytes.length > this.#bytes.length) this.#move(waiting, waiting + bytes.length);
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  #move(waiting: number, needed: number): void {
    const target = needed <= this.#bytes.length ? this.#bytes : new Uint8Array(2 * needed);
    target.set(this.#bytes.subarray(this.#start, this.#end));
    this.#bytes = target;
    this.#start = 0;
    this.#end = waiting;
  }

  #next(): Response | undefined {
    if (this.#start === this.#end || this.#body) return undefined;
    const message = this.#bytes.subarray(this.#start, this.#end);
    const type = new Reader(message).peekType();
    if (type !== "map" && type !== "array") {
      throw new UnexpectedFormat(`a response begins with a value of type ${type}`);
    }
    try {
      return this.#missing === 1 && this.#scanned === 0 ? this.#begin(message) : this.#whole(message);
    } catch (error) {
      if (error instanceof MsgpackTruncated) return undefined;
      throw error;
    }
  }

  #begin(message: Uint8Array): Response | undefined {
    const head = readBodyHead(message);
    if (!head) return this.#whole(message);
    const { id, offset, length } = head;
    if (length > MOST) throw new UnexpectedFormat(`an object of ${length} bytes`);
    this.#body = { id, bytes: new Uint8Array(length), filled: 0 };
    this.#start += offset;
    const available = message.subarray(offset, offset + length);
    this.#start += available.length;
    const done: Response[] = [];
    this.#fillBody(available, done);
    return done[0];
  }

  /** A response of any form, once all of it is there. */
  #whole(message: Uint8Array): Response | undefined {
    const reader = new Reader(message, this.#scanned);
    while (this.#missing > 0) this.#pass(reader);
    const value = new Reader(message.slice(0, this.#scanned)).readValue();
    this.#start += this.#scanned;
    this.#scanned = 0;
    this.#missing = 1;
    return readResponse(value);
  }

  /** Passes over one value, or the head of one that holds others. */
  #pass(reader: Reader): void {
    const type = reader.peekType();
    let inside = 0;
    if (type === "map") inside = 2 * reader.readMapHeader();
    else if (type === "array") inside = reader.readArrayHeader();
    else reader.skip();
    this.#missing += inside - 1;
    this.#scanned = reader.offset;
  }

  /** What was received, for people to read: often the words of a login script. */
  #shown(): string {
    const bytes = this.#bytes.subarray(this.#start, Math.min(this.#end, this.#start + SHOWN));
    return displayText(decodeText(bytes)).replace(CONTROL, "?");
  }
}

/** The head of a response with nothing but bytes, in the form that all servers since 1.1 give it. */
function readBodyHead(message: Uint8Array): { id: MessageId; offset: number; length: number } | undefined {
  const reader = new Reader(message);
  if (reader.peekType() !== "map" || reader.readMapHeader() !== 2) return undefined;
  if (!isNext(reader, "i") || reader.peekType() !== "integer") return undefined;
  const id = reader.readInt();
  if (!isNext(reader, "r") || reader.peekType() !== "raw") return undefined;
  const length = reader.readRawHeader();
  return { id, offset: reader.offset, length };
}

function isNext(reader: Reader, key: string): boolean {
  return reader.peekType() === "raw" && Buffer.from(reader.readRaw()).equals(Buffer.from(key));
}
