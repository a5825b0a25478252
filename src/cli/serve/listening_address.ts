import { ArgumentTypeError } from "argparse";
import type { Listening } from "../../repository/remote/ssh/daemon/daemon.ts";

const ADDRESS = /^(?:\[(?<v6>[0-9a-fA-F:.]+)\]|(?<host>[^:[\]]*)):(?<port>\d{1,5})$/;

/** `ADDR:PORT`, `[ADDR]:PORT` for IPv6, or `:PORT` for all addresses. */
export function listeningAddress(text: string): Listening {
  const { v6, host, port = "" } = ADDRESS.exec(text)?.groups ?? {};
  if (port === "" || Number(port) > 65535) throw new ArgumentTypeError(`must be ADDR:PORT: "${text}"`);
  return { address: v6 ?? (host === "*" ? undefined : host || undefined), port: Number(port) };
}
