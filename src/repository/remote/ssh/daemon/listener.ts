import type { LogLevel } from "../../../listener.ts";

/** Why somebody was sent away. */
export type Refusal = "total" | "perAddress" | "attempts" | "graceTime" | "address" | "expired";

/** How a session came to its end. */
export type SessionEnd =
  | { readonly kind: "exit"; readonly status: number }
  | { readonly kind: "signal"; readonly signal: string }
  | { readonly kind: "lost" | "idle" | "stopped" };

/** What a stand-alone server has to tell, by message id. `client`: address and port. */
export interface DaemonMessages {
  listening: [address: string, port: number];
  refused: [client: string, reason: Refusal];
  unknownKey: [client: string, user: string, fingerprint: string];
  commandRefused: [client: string, command: string];
  keysUnusable: [problem: string];
  connectionProblem: [client: string, problem: string];
  sessionStarted: [client: string, user: string, fingerprint: string, comment: string];
  /** Bytes from and to the client; milliseconds. */
  sessionEnded: [
    client: string,
    fingerprint: string,
    end: SessionEnd,
    received: number,
    sent: number,
    time: number,
  ];
  stopping: [sessions: number];
}

/** Hears what the server does. */
export type DaemonListener = <M extends keyof DaemonMessages>(
  level: LogLevel,
  message: M,
  ...data: DaemonMessages[M]
) => void;
