import type { Duplex } from "node:stream";
import type { Client, ClientChannel } from "./ssh2.d.ts";
import type { Environment } from "../../../platform/environment.ts";
import type { Target, Transport } from "../transport.ts";
import { ChannelTransport } from "./channel_transport.ts";
import { BadPermissions } from "./client_settings.ts";
import { failedTransport } from "./failed_transport.ts";
import { LineQueue } from "./line_queue.ts";
import { type Hop, logIn } from "./login.ts";
import { matchesList } from "./pattern.ts";
import { routeTo } from "./route.ts";
import { openSocket } from "./socket.ts";
import { SshFailure, type SshTools } from "./tools.ts";
import * as words from "./words.ts";

/**
 * Starts a program on another machine without the help of `ssh`. A connection that does not come about is a transport that
 * ends at once with status 255 and says why among its errors, which is how `ssh` behaves.
 * Throws Unsupported before anything is connected when this is nothing for the built-in client.
 */
export async function connectBuiltIn(target: Target, command: readonly string[], tools: SshTools): Promise<Transport> {
  const lines = new LineQueue();
  const talking = { ...tools, say: lines.say.bind(lines) };
  const clients: Client[] = [];
  try {
    const route = routeTo(target, tools);
    for (const hop of route) clients.push(await logIn(hop, ...await linkTo(hop, clients.at(-1)), talking));
    const { configuration } = route.at(-1)!;
    const channel = await execute(clients.at(-1)!, command, sentVariables(tools.env, configuration.sendEnv));
    return new ChannelTransport(channel, clients, lines, configuration);
  } catch (error) {
    for (const client of clients.toReversed()) client.end();
    lines.say(...linesOf(error));
    return failedTransport(lines);
  }
}

function linesOf(error: unknown): readonly string[] {
  if (error instanceof SshFailure) return error.lines;
  if (error instanceof BadPermissions) return [words.badConfiguration(error.path)];
  throw error;
}

/** A way to the host, from here or from the one before it, and its address for people. */
async function linkTo({ configuration }: Hop, through: Client | undefined): Promise<[Duplex, string]> {
  if (through !== undefined) return [await forward(through, configuration), words.addressOf(configuration, undefined)];
  const socket = await openSocket(configuration);
  return [socket, words.addressOf(configuration, socket.remoteAddress)];
}

function forward(client: Client, { hostName, port }: Hop["configuration"]): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    client.forwardOut("127.0.0.1", 0, hostName, port, (error, channel) => {
      if (error) reject(new SshFailure([words.cannotConnect(hostName, port, error.message)], { cause: error }));
      else resolve(channel);
    });
  });
}

function execute(
  client: Client,
  command: readonly string[],
  env: Record<string, string>,
): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec(command.join(" "), { env }, (error, channel) => {
      if (error) reject(new SshFailure([words.REQUEST_FAILED], { cause: error }));
      else resolve(channel);
    });
  });
}

function sentVariables(env: Environment, patterns: readonly string[]): Record<string, string> {
  const wanted = Object.entries(env).filter(([name, value]) => value !== undefined && matchesList(name, patterns));
  return Object.fromEntries(wanted) as Record<string, string>;
}
