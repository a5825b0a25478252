import { type Encodable, Float64 } from "../../encoding/msgpack.ts";
import { ServerOutdated } from "./errors.ts";
import { type MethodName, METHODS, type Parameter } from "./methods.ts";
import type { Call } from "./request_head.ts";
import { layoutOf } from "./protocol.ts";
import { isAtLeast, type Version } from "./versions.ts";

/** Arguments that a server may not know and does without: it then compacts at every commit (format reference 10.3). */
const DISPENSABLE: ReadonlySet<string> = new Set(["compact", "threshold", "cleanup_commits"]);

/** How a method is called on a server of this version. Throws ServerOutdated when it does not know what is asked for. */
export function callFor(version: Version, method: MethodName, given: Readonly<Record<string, Encodable>> = {}): Call {
  const { parameters, since } = METHODS[method];
  if (!isKnown(version, since)) throw new ServerOutdated(method, since);
  const byName = layoutOf(version) === "named";
  const args: [string, Encodable][] = [];
  for (const parameter of parameters) {
    const { name } = parameter;
    const value = given[name] ?? parameter.initial ?? null;
    if (!isKnown(version, parameter.since)) requireInitial(method, parameter, value);
    else if (!byName || name in given) args.push([name, value]);
  }
  return { method, args };
}

function requireInitial(method: MethodName, { name, initial, since }: Parameter, value: Encodable): void {
  if (DISPENSABLE.has(name) || plain(value) === plain(initial ?? null)) return;
  throw new ServerOutdated(`${method}() ${name}=${String(plain(value))}`, since ?? METHODS[method].since);
}

function isKnown(version: Version, since: Version | undefined): boolean {
  return since === undefined || isAtLeast(version, since);
}

function plain(value: Encodable): Encodable {
  return value instanceof Float64 ? value.value : value;
}
