import { Buffer } from "node:buffer";
import type { Duplex } from "node:stream";
import { Authentication } from "./authentication.ts";
import type { Configuration } from "./configuration.ts";
import type { HostKeys } from "./host_key.ts";
import { ssh2 } from "./ssh2.ts";
import type { Algorithms, Client, ConnectConfig, SshError } from "./ssh2.d.ts";
import { SshFailure, type TalkingTools } from "./tools.ts";
import * as words from "./words.ts";

/** What ssh2 would offer, but OpenSSH does not any more: everything with SHA-1. */
const WITHDRAWN: Algorithms = { kex: { remove: [/-sha1$/] }, hmac: { remove: [/^hmac-sha1/] } };

/** A host on the way, the last of which is the one that is wanted. */
export interface Hop {
  readonly configuration: Configuration;
  readonly hostKeys: HostKeys;
}

/** Proves who is who on a connection that has just been opened. Throws SshFailure. */
export function logIn(hop: Hop, socket: Duplex, address: string, tools: TalkingTools): Promise<Client> {
  const { configuration } = hop;
  const client = new ssh2.Client();
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      reject(error);
      client.end();
      socket.destroy();
    };
    const authentication = new Authentication(configuration, tools, fail);
    const timer = startTimer(configuration, fail);
    client.once("handshake", () => clearTimeout(timer));
    client.once("ready", () => resolve(client));
    client.on("banner", (text) => tools.say(...text.trimEnd().split(/\r?\n/)));
    client.on("error", (error: SshError) => {
      if (error.level !== "agent") fail(failureOf(error, configuration, authentication));
    });
    client.on("close", () => {
      clearTimeout(timer);
      reject(new SshFailure([words.connectionClosed(configuration.hostName, configuration.port)]));
    });
    client.connect({
      ...settingsOf(hop, socket),
      authHandler: authentication.next.bind(authentication),
      hostVerifier: createVerifier(hop.hostKeys, authentication, { tools, address, fail }),
    });
  });
}

function settingsOf(
  { configuration, hostKeys }: Hop,
  socket: Duplex,
): Omit<ConnectConfig, "authHandler" | "hostVerifier"> {
  const { user, compression, aliveInterval, aliveCountMax } = configuration;
  return {
    sock: socket,
    username: user,
    readyTimeout: 0,
    keepaliveInterval: aliveInterval * 1000,
    keepaliveCountMax: aliveCountMax,
    algorithms: {
      ...WITHDRAWN,
      serverHostKey: hostKeys.algorithms,
      compress: compression ? ["zlib@openssh.com", "none"] : ["none", "zlib@openssh.com"],
    },
  };
}

interface Verification {
  readonly tools: TalkingTools;
  readonly address: string;
  readonly fail: (error: unknown) => void;
}

/** When keys are exchanged anew, the host must be the one that it was. */
function createVerifier(hostKeys: HostKeys, authentication: Authentication, { tools, address, fail }: Verification) {
  let accepted: Buffer | undefined;
  return (key: Buffer, done: (verified: boolean) => void): void => {
    if (accepted) return done(accepted.equals(key));
    const copy = Buffer.from(key);
    hostKeys.verify(copy, tools, address).then((trust) => {
      accepted = copy;
      authentication.trust = trust;
      done(true);
    }, (error) => {
      fail(error);
      done(false);
    });
  };
}

function startTimer({ connectTimeout, hostName, port }: Configuration, fail: (error: unknown) => void) {
  if (connectTimeout === 0) return undefined;
  const giveUp = () => fail(new SshFailure([words.exchangeTimedOut(hostName, port)]));
  return setTimeout(giveUp, connectTimeout * 1000);
}

function failureOf(error: SshError, configuration: Configuration, { offered }: Authentication): SshFailure {
  const { user, hostName, port } = configuration;
  const denied = error.level === "client-authentication";
  const line = denied ? words.permissionDenied(user, hostName, offered) : problemOf(error, hostName, port);
  return new SshFailure([line], { cause: error });
}

/** In words, what ended a connection. */
export function problemOf({ level, code, message }: SshError, host: string, port: number): string {
  switch (level) {
    case "handshake":
      return words.exchangeFailed(host, port, message);
    case "client-timeout":
      return words.notResponding(host);
    case "client-socket":
    case "protocol":
      return words.connectionClosed(host, port);
    default:
      return typeof code === "number"
        ? words.disconnected(host, port, `${code}: ${message}`)
        : words.connectionClosed(host, port);
  }
}
