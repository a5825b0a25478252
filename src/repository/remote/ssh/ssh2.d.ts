/**
 * What we use of ssh2, as its manual says. The types of DefinitelyTyped bring those of Node 18 along, which then hide the
 * newer ones from the whole program.
 */
import type { Buffer } from "node:buffer";
import type { EventEmitter } from "node:events";
import type { Server as NetServer } from "node:net";
import type { Duplex, Readable, Writable } from "node:stream";

export interface ParsedKey {
  readonly type: string;
  readonly comment: string;
  sign(data: Buffer, hash?: string): Buffer | Error;
  verify(data: Buffer, signature: Buffer, hash?: string): boolean | Error;
  isPrivateKey(): boolean;
  getPublicSSH(): Buffer;
}

export interface SigningOptions {
  readonly hash?: string;
}

export type IdentityCallback = (error: Error | null | undefined, keys?: readonly ParsedKey[]) => void;
export type SignCallback = (error: Error | null | undefined, signature?: Buffer) => void;

declare class BaseAgent {
  getIdentities(callback: IdentityCallback): void;
  sign(key: ParsedKey, data: Buffer, options: SigningOptions | SignCallback, callback?: SignCallback): void;
}

declare class OpenSSHAgent extends BaseAgent {
  constructor(socketPath: string);
}

export interface Prompt {
  readonly prompt: string;
  readonly echo?: boolean;
}

export type AuthMethod =
  | { readonly type: "none"; readonly username: string }
  | { readonly type: "password"; readonly username: string; readonly password: string }
  | { readonly type: "agent"; readonly username: string; readonly agent: BaseAgent }
  | {
    readonly type: "keyboard-interactive";
    readonly username: string;
    readonly prompt: (
      name: string,
      instructions: string,
      language: string,
      prompts: readonly Prompt[],
      finish: (answers: readonly string[]) => void,
    ) => void;
  };

/** Changes of the default list, or a list. */
export type AlgorithmList = readonly string[] | { readonly remove: readonly (string | RegExp)[] };

export interface Algorithms {
  readonly kex?: AlgorithmList;
  readonly cipher?: AlgorithmList;
  readonly serverHostKey?: AlgorithmList;
  readonly hmac?: AlgorithmList;
  readonly compress?: AlgorithmList;
}

export interface ConnectConfig {
  readonly sock: Duplex;
  readonly username: string;
  readonly readyTimeout: number;
  readonly keepaliveInterval: number;
  readonly keepaliveCountMax: number;
  readonly algorithms: Algorithms;
  readonly authHandler: (
    offered: readonly string[] | null,
    partial: boolean | null,
    use: (method: AuthMethod | false) => void,
  ) => void;
  readonly hostVerifier: (key: Buffer, done: (verified: boolean) => void) => void;
}

export interface SshError extends Error {
  /** Which part of ssh2 the error comes from. */
  readonly level?: string;
  /** The number that the other side gives when it ends the connection, or the system's code. */
  readonly code?: string | number;
}

export interface ClientChannel extends Duplex {
  readonly stderr: Readable;
  close(): void;
}

declare class Client extends EventEmitter {
  connect(config: ConnectConfig): this;
  exec(
    command: string,
    options: { readonly env?: Readonly<Record<string, string>> },
    callback: (error: Error | undefined, channel: ClientChannel) => void,
  ): this;
  forwardOut(
    fromHost: string,
    fromPort: number,
    host: string,
    port: number,
    callback: (error: Error | undefined, channel: ClientChannel) => void,
  ): this;
  end(): this;
  on(event: "ready" | "handshake" | "close", listener: () => void): this;
  on(event: "banner", listener: (text: string) => void): this;
  on(event: "error", listener: (error: SshError) => void): this;
  once(event: "ready" | "handshake" | "close", listener: () => void): this;
}

export interface ServerConfig {
  readonly hostKeys: readonly { readonly key: ParsedKey }[];
  readonly algorithms?: Algorithms;
  readonly ident?: string;
  readonly keepaliveInterval?: number;
  readonly keepaliveCountMax?: number;
}

export interface ServerChannel extends Duplex {
  readonly stderr: Writable;
  exit(status: number): void;
  exit(signal: string, coreDumped: boolean, text: string): void;
  close(): void;
}

export interface AuthContext {
  readonly username: string;
  readonly method: string;
  readonly key: { readonly algo: string; readonly data: Buffer };
  /** Undefined while the client only asks whether the key would do. */
  readonly signature?: Buffer;
  readonly blob?: Buffer;
  readonly hashAlgo?: string;
  accept(): void;
  reject(methods?: readonly string[]): void;
}

export interface ServerSession extends EventEmitter {
  on(
    event: "exec",
    listener: (accept: () => ServerChannel, reject: (() => void) | undefined, info: { command: string }) => void,
  ): this;
  on(event: "close", listener: () => void): this;
}

export interface Connection extends EventEmitter {
  end(): this;
  rekey(): void;
  on(event: "authentication", listener: (context: AuthContext) => void): this;
  on(event: "ready" | "close" | "end" | "rekey", listener: () => void): this;
  on(event: "session", listener: (accept: () => ServerSession, reject: () => void) => void): this;
  on(event: "error", listener: (error: SshError) => void): this;
}

declare class Server extends EventEmitter {
  constructor(config: ServerConfig);
  injectSocket(socket: Duplex): void;
  listen: NetServer["listen"];
  on(event: "connection", listener: (connection: Connection, info: { ip: string; port: number }) => void): this;
  on(event: "error", listener: (error: Error) => void): this;
}

declare const ssh2: {
  readonly BaseAgent: typeof BaseAgent;
  readonly OpenSSHAgent: typeof OpenSSHAgent;
  readonly Client: typeof Client;
  readonly Server: typeof Server;
  readonly utils: { parseKey(data: string | Buffer, passphrase?: string): ParsedKey | Error };
};

export type { BaseAgent, Client, OpenSSHAgent, Server };
export default ssh2;
