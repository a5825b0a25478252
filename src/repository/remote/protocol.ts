import { type Encodable, MsgpackError, type Packer, type Reader, type Value } from "../../encoding/msgpack.ts";
import { type Failure, failureFields, readFailure } from "./failure.ts";
import { isAtLeast, NAMED_SINCE, UNKNOWN_VERSION, type Version } from "./versions.ts";

/**
 * The two layouts of messages (format reference 10.1): by names, of 1.1 and later, and by positions, of 1.0 and of every
 * negotiation.
 */
export type Layout = "named" | "positional";

/** What the client chooses to know the answer by. */
export type MessageId = number | bigint;

export interface Call<Args> {
  readonly id: MessageId;
  readonly method: string;
  readonly args: Args;
}

export type NamedRequest = { readonly layout: "named" } & Call<ReadonlyMap<string, Value>>;
export type PositionalRequest = { readonly layout: "positional" } & Call<readonly Value[]>;

/** A request as it was received. Raws are views into the input. */
export type Request = NamedRequest | PositionalRequest;

/** A response as it was received. Raws are views into the input. */
export type Response =
  | { readonly id: MessageId; readonly result: Value }
  | { readonly id: MessageId; readonly failure: Failure };

/** A message that is none of the protocol's. */
export class UnexpectedFormat extends MsgpackError {
  override readonly name = "UnexpectedFormat";
}

/** The first number of positional messages. */
const POSITIONAL_MARK = 1;
/** More entries than any message of the protocol has, in any version to come. */
const MOST_ENTRIES = 1000;
const NO_VALUE: Value = null;

/** Writes a request: arguments by name, in the order in which they come. */
export function writeNamedRequest(
  packer: Packer,
  { id, method, args }: Call<Iterable<readonly [string, Encodable]>>,
): void {
  packer.mapHeader(3);
  packer.text("i");
  packer.int(id);
  packer.text("m");
  packer.text(method);
  packer.text("a");
  packer.value(new Map(args));
}

/** Writes a request of 1.0, or of a negotiation. */
export function writePositionalRequest(packer: Packer, { id, method, args }: Call<readonly Encodable[]>): void {
  packer.arrayHeader(4);
  packer.int(POSITIONAL_MARK);
  packer.int(id);
  packer.text(method);
  packer.value(args);
}

/** Writes a response up to its result, which must follow. */
export function writeResultHead(packer: Packer, layout: Layout, id: MessageId): void {
  if (layout === "named") {
    packer.mapHeader(2);
    packer.text("i");
    packer.int(id);
    packer.text("r");
  } else {
    packer.arrayHeader(4);
    packer.int(POSITIONAL_MARK);
    packer.int(id);
    packer.nil();
  }
}

/** Writes the response that a call has failed. By position little more than the name of the class can be said. */
export function writeFailure(packer: Packer, layout: Layout, id: MessageId, failure: Failure): void {
  if (layout === "named") packer.value(new Map([["i", id], ...failureFields(failure)]));
  else packer.value([POSITIONAL_MARK, id, failure.exceptionClass, POSITIONAL_FAILURE]);
}

const POSITIONAL_FAILURE = "Remote Exception (see remote log for the traceback)";

/** Reads the next request. Throws UnexpectedFormat, and MsgpackError when it is no message at all. */
export function readRequest(reader: Reader): Request {
  const type = reader.peekType();
  if (type === "map") return readNamedRequest(reader);
  if (type === "array") return readPositionalRequest(reader);
  throw new UnexpectedFormat(`a request begins with a value of type ${type}`);
}

/** What a value that was received says as a response. Throws UnexpectedFormat. */
export function readResponse(value: Value): Response {
  if (value instanceof Map) return readNamedResponse(value);
  if (!Array.isArray(value) || value.length !== 4) throw new UnexpectedFormat("a response is neither map nor 4 values");
  const [, id, error, result] = value;
  if (error === NO_VALUE) return { id: messageId(id), result: result! };
  return { id: messageId(id), failure: readFailure(new Map([["exception_class", error!]])) };
}

function readNamedResponse(fields: ReadonlyMap<string | number, Value>): Response {
  const id = messageId(fields.get("i"));
  if (fields.has("exception_class")) return { id, failure: readFailure(fields) };
  const result = fields.get("r");
  if (result === undefined) throw new UnexpectedFormat("a response has neither result nor exception");
  return { id, result };
}

function readNamedRequest(reader: Reader): NamedRequest {
  let id: MessageId | undefined;
  let method: string | undefined;
  let args: ReadonlyMap<string, Value> = new Map();
  for (let left = entries(reader.readMapHeader()); left > 0; left--) {
    const key = readKey(reader);
    if (key === "i") id = readId(reader);
    else if (key === "m") method = readMethod(reader);
    else if (key === "a") args = readNamedArgs(reader);
    else reader.skip();
  }
  if (id === undefined || method === undefined) throw new UnexpectedFormat("a request without number or method");
  return { layout: "named", id, method, args };
}

function readPositionalRequest(reader: Reader): PositionalRequest {
  if (reader.readArrayHeader() !== 4) throw new UnexpectedFormat("a request is not an array of 4 values");
  reader.skip();
  const id = readId(reader);
  const method = readMethod(reader);
  return { layout: "positional", id, method, args: readPositionalArgs(reader) };
}

function readNamedArgs(reader: Reader): ReadonlyMap<string, Value> {
  if (reader.peekType() !== "map") throw new UnexpectedFormat("the arguments of a request are no map");
  const args = new Map<string, Value>();
  for (let left = entries(reader.readMapHeader()); left > 0; left--) {
    const name = readKey(reader);
    args.set(name, readArgument(reader, 0));
  }
  return args;
}

function readPositionalArgs(reader: Reader): readonly Value[] {
  if (reader.peekType() !== "array") throw new UnexpectedFormat("the arguments of a request are no array");
  return readArray(reader, 0);
}

/** No argument is larger than a few flat values: memory that a message asks for stays a small multiple of its bytes. */
function readArgument(reader: Reader, depth: number): Value {
  const type = reader.peekType();
  if (type !== "map" && type !== "array") return reader.readValue();
  if (depth === DEEPEST) throw new UnexpectedFormat("arguments are nested too deeply");
  if (type === "array") return readArray(reader, depth + 1);
  const map = new Map<string, Value>();
  for (let left = entries(reader.readMapHeader()); left > 0; left--) {
    const name = readKey(reader);
    map.set(name, readArgument(reader, depth + 1));
  }
  return map;
}

/** A negotiation names a version, which is an array in a map. */
const DEEPEST = 2;

function readArray(reader: Reader, depth: number): Value[] {
  const values: Value[] = [];
  for (let left = entries(reader.readArrayHeader()); left > 0; left--) values.push(readArgument(reader, depth));
  return values;
}

function readKey(reader: Reader): string {
  if (reader.peekType() !== "raw") throw new UnexpectedFormat("a name is no text");
  return reader.readKey();
}

function readMethod(reader: Reader): string {
  if (reader.peekType() !== "raw") throw new UnexpectedFormat("a method is no text");
  return reader.readKey();
}

function readId(reader: Reader): MessageId {
  if (reader.peekType() !== "integer") throw new UnexpectedFormat("a request's number is no integer");
  return reader.readInt();
}

function entries(count: number): number {
  if (count > MOST_ENTRIES) throw new UnexpectedFormat(`${count} entries in a message`);
  return count;
}

function messageId(value: Value | undefined): MessageId {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  if (typeof value === "bigint") return value;
  throw new UnexpectedFormat("a response's number is no integer");
}

/** What one side says of itself in the negotiation. */
export function negotiationValue(side: "client" | "server", version: Version): Encodable {
  return new Map([[`${side}_version`, version]]);
}

/** The version that the other side has told; one that told none in this form is assumed to be of 1.0. */
export function negotiatedVersion(side: "client" | "server", value: Value | undefined): Version {
  const told = value instanceof Map ? value.get(`${side}_version`) : undefined;
  if (!Array.isArray(told) || told.length === 0) return UNKNOWN_VERSION;
  return told.every((part) => typeof part === "number") ? told : UNKNOWN_VERSION;
}

/** The layout in which both sides speak after the negotiation. */
export function layoutOf(other: Version): Layout {
  return isAtLeast(other, NAMED_SINCE) ? "named" : "positional";
}
