import type { Socket } from "node:net";
import { type AuthorizedKey, readAuthorizedKeys } from "./authorized_keys.ts";
import { plainAddress } from "./address_patterns.ts";
import { fingerprint } from "../public_key.ts";
import { ssh2 } from "../ssh2.ts";
import type { Connection, ParsedKey, ServerChannel, ServerSession } from "../ssh2.d.ts";
import { type Admission, type Client, Door } from "./door.ts";
import type { DaemonListener } from "./listener.ts";
import { DaemonProblem } from "./problem.ts";
import { isServeCommand } from "./serve_words.ts";
import { Session, type SessionOptions } from "./session.ts";

/** RFC 4344 wants new keys after 2^32 blocks, which are 64 GiB; both directions count here. */
const BYTES_PER_KEY = 2 ** 35;
const KEEP_ALIVE_INTERVAL = 15_000;
const KEEP_ALIVE_COUNT = 8;

/** What all visitors have in common. */
export interface House {
  readonly hostKeys: readonly ParsedKey[];
  readonly authorizedKeys: string;
  readonly limits: Limits;
  readonly listener: DaemonListener;
  now(): number;
  /** How to serve the holder of a key. `command`: what the client asked for. */
  session(key: AuthorizedKey, command: string, client: Client): SessionOptions;
}

export interface Limits {
  /** Connections at a time, and those from one address. */
  readonly connections: number;
  readonly connectionsPerAddress: number;
  /** Failed attempts to log in before the connection ends. */
  readonly attempts: number;
  /** Milliseconds from the connection to the start of a session. */
  readonly graceTime: number;
}

/** One connection, from the first byte to the last. */
export class Visitor {
  readonly client: Client;
  /** Settles when the connection is closed and its session, if there was one, has ended. */
  readonly gone: Promise<void>;
  #connection: Connection | undefined;
  #admission: Admission | undefined;
  #session: Session | undefined;
  #grace: ReturnType<typeof setTimeout>;
  #keyed = 0;

  constructor(readonly socket: Socket, readonly house: House) {
    const { remoteAddress, remotePort } = socket;
    const address = plainAddress(remoteAddress ?? "");
    this.client = { address, name: `${address.includes(":") ? `[${address}]` : address}:${remotePort}` };
    this.#grace = setTimeout(() => this.#turnAway("graceTime"), house.limits.graceTime);
    const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
    this.gone = closed.then(() => this.#leave());
    socket.on("error", () => {}); // it is closed then
    this.#receive();
  }

  /** Ends the session, if there is one, and the connection. */
  async stop(): Promise<void> {
    this.#session?.stop("stopped");
    await this.#session?.ended;
    this.#connection?.end();
    this.socket.end();
    this.socket.destroySoon();
    await this.gone;
  }

  #receive(): void {
    const server = new ssh2.Server({
      hostKeys: this.house.hostKeys.map((key) => ({ key })),
      ident: "Vinculum",
      algorithms: { kex: { remove: [/-sha1$/] }, hmac: { remove: [/^hmac-sha1/] } },
      keepaliveInterval: KEEP_ALIVE_INTERVAL,
      keepaliveCountMax: KEEP_ALIVE_COUNT,
    });
    server.on("connection", (connection) => this.#welcome(connection));
    server.injectSocket(this.socket);
  }

  #welcome(connection: Connection): void {
    const { listener, limits, now } = this.house;
    this.#connection = connection;
    const door = new Door({
      client: this.client,
      keys: this.#readKeys(),
      attempts: limits.attempts,
      listener,
      now,
      admit: (admission) => this.#admission = admission,
      turnAway: () => this.#dismiss(),
    });
    connection.on("error", (error) => listener("debug", "connectionProblem", this.client.name, error.message));
    connection.on("authentication", (context) => door.answer(context));
    connection.on("session", (accept, reject) => this.#admission && !this.#session ? this.#open(accept()) : reject());
  }

  /** A file that cannot be read opens the door to nobody. */
  #readKeys(): AuthorizedKey[] {
    try {
      return readAuthorizedKeys(this.house.authorizedKeys);
    } catch (error) {
      if (!(error instanceof DaemonProblem)) throw error;
      this.house.listener("error", "keysUnusable", String(error.data[0]));
      return [];
    }
  }

  /** What nobody listens to (shells, terminals, variables, subsystems, forwarding), ssh2 refuses. */
  #open(session: ServerSession): void {
    keepName(session);
    session.on("exec", (accept, reject, { command }) => {
      if (this.#session) return reject?.();
      if (isServeCommand(command)) return this.#serve(accept(), command, this.#admission!);
      this.house.listener("warning", "commandRefused", this.client.name, command);
      reject?.();
    });
  }

  #serve(channel: ServerChannel, command: string, { key, user }: Admission): void {
    const { listener, now } = this.house;
    clearTimeout(this.#grace);
    const start = now();
    const print = fingerprint(key.key);
    const session = new Session(channel, this.house.session(key, command, this.client));
    this.#session = session;
    listener("info", "sessionStarted", this.client.name, user, print, key.comment);
    this.socket.on("data", (bytes: Uint8Array) => this.#count(bytes.length, session));
    void session.ended.then((end) => {
      listener("info", "sessionEnded", this.client.name, print, end, session.received, session.sent, now() - start);
    });
    channel.on("close", () => this.#dismiss());
  }

  #count(length: number, session: Session): void {
    this.#keyed += length;
    if (session.isFlooded) this.socket.destroy();
    if (this.#keyed + session.sent < BYTES_PER_KEY) return;
    this.#keyed = -session.sent;
    this.#connection?.rekey();
  }

  #turnAway(reason: "graceTime"): void {
    this.house.listener("warning", "refused", this.client.name, reason);
    this.#dismiss();
  }

  #dismiss(): void {
    this.#connection?.end();
    this.socket.destroySoon();
  }

  async #leave(): Promise<void> {
    clearTimeout(this.#grace);
    this.#session?.lose();
    await this.#session?.ended;
  }
}

/** ssh2 tells a session from a channel by the name of its class, which is another one when the program has been minified. */
function keepName(session: ServerSession): void {
  Object.defineProperty(session.constructor, "name", { value: "Session" });
}
