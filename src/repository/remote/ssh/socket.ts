import { lookup } from "node:dns/promises";
import { createConnection, type Socket } from "node:net";
import { errorNumber, errorText } from "../../../platform/errno.ts";
import type { Configuration } from "./configuration.ts";
import { SshFailure } from "./tools.ts";
import * as words from "./words.ts";

const PAUSE_BETWEEN_ATTEMPTS = 1000;

/** Connects to a host, at each of its addresses in turn. Throws SshFailure. */
export async function openSocket(configuration: Configuration): Promise<Socket> {
  const addresses = await addressesOf(configuration);
  let problem: unknown;
  for (let attempt = 0; attempt < configuration.connectionAttempts; attempt++) {
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_BETWEEN_ATTEMPTS));
    for (const address of addresses) {
      try {
        return await connect(address, configuration);
      } catch (error) {
        problem = error;
      }
    }
  }
  throw new SshFailure([words.cannotConnect(configuration.hostName, configuration.port, reasonOf(problem))]);
}

async function addressesOf({ hostName, addressFamily }: Configuration): Promise<string[]> {
  try {
    const found = await lookup(hostName, { all: true, family: addressFamily });
    return found.map(({ address }) => address);
  } catch (error) {
    throw new SshFailure([words.cannotResolve(hostName, "Name or service not known")], { cause: error });
  }
}

function connect(host: string, { port, bindAddress, connectTimeout, tcpKeepAlive }: Configuration): Promise<Socket> {
  const socket = createConnection({ host, port, ...(bindAddress === undefined ? {} : { localAddress: bindAddress }) });
  return new Promise((resolve, reject) => {
    const giveUp = () => socket.destroy(Object.assign(new Error("timeout"), { code: "ETIMEDOUT" }));
    const timer = connectTimeout > 0 ? setTimeout(giveUp, connectTimeout * 1000) : undefined;
    socket.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.removeAllListeners("error");
      socket.setNoDelay(true);
      socket.setKeepAlive(tcpKeepAlive);
      resolve(socket);
    });
  });
}

/** The system's words for an error of a socket. */
function reasonOf(error: unknown): string {
  const number = errorNumber((error as NodeJS.ErrnoException).code ?? "");
  return number === undefined ? String((error as Error).message) : errorText(number);
}
