import { createServer, type Server, type Socket } from "node:net";
import { asSystemError } from "../../../../platform/system_error.ts";
import { plainAddress } from "./address_patterns.ts";
import { readAuthorizedKeys } from "./authorized_keys.ts";
import { DaemonProblem } from "./problem.ts";
import { type House, Visitor } from "./visitor.ts";

export interface Listening {
  /** Undefined = all addresses. */
  readonly address: string | undefined;
  /** 0 = one that is free. */
  readonly port: number;
}

/** Serves clients by SSH until `signal`, then ends their sessions and returns. Throws DaemonProblem when it cannot start. */
export async function runDaemon(where: Listening, house: House, signal: AbortSignal): Promise<void> {
  readAuthorizedKeys(house.authorizedKeys);
  const visitors = new Set<Visitor>();
  const server = createServer((socket) => receive(socket, house, visitors));
  await listen(server, where, house);
  await aborted(signal);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  house.listener("info", "stopping", visitors.size);
  await Promise.all([...visitors].map((visitor) => visitor.stop()));
  await closed;
}

function receive(socket: Socket, house: House, visitors: Set<Visitor>): void {
  const { limits, listener } = house;
  const address = plainAddress(socket.remoteAddress ?? "");
  const same = [...visitors].filter(({ client }) => client.address === address).length;
  const full = visitors.size >= limits.connections ? "total" : same >= limits.connectionsPerAddress && "perAddress";
  if (full) {
    listener("warning", "refused", address, full);
    socket.destroy();
    return;
  }
  socket.setNoDelay(true);
  const visitor = new Visitor(socket, house);
  visitors.add(visitor);
  void visitor.gone.then(() => visitors.delete(visitor));
}

function listen(server: Server, { address, port }: Listening, { listener }: House): Promise<void> {
  return new Promise((resolve, reject) => {
    // A later error is one of a connection that could not be taken, and the end of none that was.
    server.on("error", (error) => {
      const reason = asSystemError(error)?.message ?? error.message;
      reject(new DaemonProblem(`cannot listen on ${address ?? "*"} port ${port}: ${reason}`, { cause: error }));
    });
    server.listen({ port, ...(address === undefined ? {} : { host: address }) }, () => {
      const bound = server.address();
      if (bound !== null && typeof bound === "object") listener("info", "listening", bound.address, bound.port);
      resolve();
    });
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
