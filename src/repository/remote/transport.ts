/** Where a server is to be started. */
export interface Target {
  readonly user?: string;
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port?: number;
}

/** How a server's process ended; neither is known when the connection was lost before it told. */
export interface Exit {
  readonly status?: number;
  readonly signal?: string;
}

/** A byte pipe to a running `borg serve` (format reference 10.1). Each stream is read once, by one reader. */
export interface Transport {
  /** What the server writes to standard output; ends when it closes it or the connection is lost, never throws for that. */
  read(): AsyncIterable<Uint8Array>;
  /** What it writes to standard error, and what the program that makes the connection has to say. */
  errors(): AsyncIterable<Uint8Array>;
  /**
   * Sends bytes, which stay the caller's once the promise settles: that is when the pipe has taken them, so that who waits
   * for it never holds more than the link carries. One call at a time. Throws ConnectionLost when nobody reads any more.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** No more input: the server closes its repository and exits. May be called twice. */
  endInput(): void;
  /** Asks the server's process, or what stands for it here, to end; a no-op when it has. */
  kill(signal: "SIGTERM" | "SIGKILL"): void;
  /** Settles when the process has ended. Never rejects. */
  readonly exited: Promise<Exit>;
  /** Gives back everything; reading ends, and what was not read is lost. May be called twice. */
  dispose(): void;
}

/** Nobody reads at the other end any more. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
}

/**
 * Starts a program on another machine. The words are joined by blanks for the shell there, as `ssh` does it. Throws a
 * BorgError when there is no connection and it is known why, e.g. because of an unknown host key.
 */
export type Connector = (target: Target, words: readonly string[]) => Promise<Transport>;
