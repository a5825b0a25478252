import type { Location } from "../location.ts";
import { canonicalLocation } from "../location.ts";
import { type RemoteOpening, type RemoteOptions, RemoteRepository } from "./remote_repository.ts";
import { serveCommand, type ServeOptions } from "./serve_command.ts";
import type { Connector, Target, Transport } from "./transport.ts";

/** How repositories on other machines are reached, whichever they are. */
export interface RemoteAccess extends Omit<RemoteOptions, "location" | "checkAbort"> {
  readonly connector: Connector;
  readonly serve: ServeOptions;
}

export interface RemoteRequest extends RemoteOpening {
  /** Bytes, for a repository that is made. */
  readonly storageQuota?: number | undefined;
}

/** Opens the repository at a location on another machine. */
export async function openRemote(
  access: RemoteAccess,
  location: Location,
  request: Omit<RemoteRequest, "path">,
  checkAbort: () => void,
): Promise<RemoteRepository> {
  const { storageQuota, ...opening } = request;
  const transport = await connect(access, location, storageQuota);
  const options = { ...access, location: nameOf(location), checkAbort };
  return await RemoteRepository.open(transport, { ...opening, path: location.path }, options);
}

/** The version of the server that answers for a location. No repository needs to be there. */
export async function askVersion(access: RemoteAccess, location: Location, checkAbort: () => void) {
  const transport = await connect(access, location);
  const server = await RemoteRepository.greet(transport, { ...access, location: nameOf(location), checkAbort });
  await server.close();
  return server.version;
}

function connect({ connector, serve }: RemoteAccess, location: Location, storageQuota?: number): Promise<Transport> {
  return connector(targetOf(location), serveCommand(serve, storageQuota));
}

function targetOf({ user, host, port }: Location): Target {
  return { host: host!, ...(user !== undefined && { user }), ...(port !== undefined && { port }) };
}

function nameOf(location: Location): string {
  return location.spelling ?? canonicalLocation(location);
}
