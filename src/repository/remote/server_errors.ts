import { BorgError } from "../../errors.ts";

/** The server does not have the method that was called. */
export class InvalidRPCMethod extends BorgError {
  constructor(method: string) {
    super("InvalidRPCMethod", [method]);
  }
}

/** The server was told not to open what is at this path. */
export class PathNotAllowed extends BorgError {
  constructor(path: string) {
    super("PathNotAllowed", [path]);
  }
}

/** A server received something that is no request. `data`: the server's version. */
export class UnexpectedRPCDataFormatFromClient extends BorgError {
  constructor(version: string, options?: ErrorOptions) {
    super("UnexpectedRPCDataFormatFromClient", [version], options);
  }
}
