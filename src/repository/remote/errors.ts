import { BorgError } from "../../errors.ts";
import type { Failure } from "./failure.ts";
import { type Version, versionText } from "./versions.ts";

/** The connection ended while something was expected of the server. */
export class ConnectionClosed extends BorgError {
  constructor(options?: ErrorOptions) {
    super("ConnectionClosed", [], options);
  }
}

/** The connection ended before the server had said anything. `data`: what that may mean. */
export class ConnectionClosedWithHint extends BorgError {
  constructor(hint: string, options?: ErrorOptions) {
    super("ConnectionClosedWithHint", [hint], options);
  }
}

/** Nothing can be sent any more. `data`: what is known about it. */
export class ConnectionBrokenWithHint extends BorgError {
  constructor(hint: string, options?: ErrorOptions) {
    super("ConnectionBrokenWithHint", [hint], options);
  }
}

/** The server does not know what is asked for. `data`: what that is, and the first version that does. */
export class ServerOutdated extends BorgError {
  constructor(feature: string, required: Version) {
    super("RemoteRepository.RPCServerOutdated", [feature, versionText(required)]);
  }
}

/** What the server sent is no answer. `data`: what it was, or what is wrong with it. */
export class UnexpectedAnswer extends BorgError {
  constructor(problem: string, options?: ErrorOptions) {
    super("UnexpectedRPCDataFormatFromServer", [problem], options);
  }
}

/** Something went wrong in the server that has no message of its own. `code` is the class of its exception. */
export class ServerError extends BorgError {
  /** What the server has to say about it. */
  readonly text: string;

  constructor(failure: Failure) {
    super(failure.exceptionClass || "Error", failure.args.map((it) => it ?? ""));
    this.text = textOf(failure);
  }
}

const SYSTEM_PREFIX = "Borg server: ";

function textOf({ exceptionClass, trace, full, short, sysinfo }: Failure): string {
  const lines = (trace ? full : short).map((line) => line.replace(/\n$/, "")).join("\n");
  const text = lines.trim() === "" ? `Remote exception: ${exceptionClass}` : lines;
  const system = trace ? sysinfo.split("\n").filter((line) => line !== "").map((line) => SYSTEM_PREFIX + line) : [];
  return [text, ...system].join("\n");
}
