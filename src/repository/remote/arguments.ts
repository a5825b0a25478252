import type { Value } from "../../encoding/msgpack.ts";
import { decodeText } from "../../encoding/path.ts";
import { BorgError } from "../../errors.ts";
import { ID_LENGTH } from "../repository.ts";
import type { Method } from "./methods.ts";
import type { Request } from "./protocol.ts";

/** An argument is missing or of a wrong type. BorgBackup raises Python's TypeError here. */
export class WrongArgument extends BorgError {
  constructor(problem: string) {
    super("TypeError", [problem]);
  }
}

/** The arguments of a call, by name; what the method does not know is never asked for. */
export class Arguments {
  constructor(private readonly values: ReadonlyMap<string, Value>) {}

  static of(request: Request, method: Method): Arguments {
    if (request.layout === "named") return new Arguments(request.args);
    const { args } = request;
    if (args.length < method.leastPositional) throw new WrongArgument(`${request.method} needs more arguments`);
    return new Arguments(new Map(method.parameters.slice(0, args.length).map(({ name }, i) => [name, args[i]!])));
  }

  /** Whether it was given, be it nil. */
  has(name: string): boolean {
    return this.values.has(name);
  }

  value(name: string): Value {
    const value = this.values.get(name);
    if (value === undefined) throw new WrongArgument(`${name} is missing`);
    return value;
  }

  bytes(name: string): Uint8Array {
    const value = this.value(name);
    if (!(value instanceof Uint8Array)) throw new WrongArgument(`${name} is no string of bytes`);
    return value;
  }

  id(name: string): Uint8Array {
    const value = this.bytes(name);
    if (value.length !== ID_LENGTH) throw new WrongArgument(`${name} is an id of ${value.length} bytes`);
    return value;
  }

  text(name: string): string {
    return decodeText(this.bytes(name));
  }

  integer(name: string): bigint {
    const value = this.value(name);
    if (typeof value === "bigint") return value;
    if (!Number.isSafeInteger(value)) throw new WrongArgument(`${name} is no integer`);
    return BigInt(value as number);
  }

  /** nil or 0 stand for false. */
  flag(name: string, initial: boolean): boolean {
    const value = this.values.get(name);
    if (value === undefined) return initial;
    if (value === null || value === 0) return false;
    if (value === true || value === false || value === 1) return Boolean(value);
    throw new WrongArgument(`${name} is neither true nor false`);
  }

  number(name: string): number {
    const value = this.value(name);
    if (typeof value !== "number" || Number.isNaN(value)) throw new WrongArgument(`${name} is no number`);
    return value;
  }

  /** A number that is not negative. */
  amount(name: string, initial: number): number {
    const value = this.values.has(name) ? this.number(name) : initial;
    if (value < 0) throw new WrongArgument(`${name} is negative`);
    return value;
  }

  /** Undefined when it is nil or was not given. */
  optional<T>(name: string, read: (name: string) => T): T | undefined {
    return (this.values.get(name) ?? null) === null ? undefined : read(name);
  }
}
