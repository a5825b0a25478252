import { formatSize } from "../../encoding/size.ts";
import type { DaemonMessages, Refusal, SessionEnd } from "../../repository/remote/ssh/daemon/listener.ts";
import type { Texts } from "./texts.ts";

const REFUSALS: Readonly<Record<Refusal, string>> = {
  total: "too many connections",
  perAddress: "too many connections from this address",
  attempts: "too many failed attempts to log in",
  graceTime: "no session was started in time",
  address: "the key is not good from this address",
  expired: "the key has expired",
};

/** What a stand-alone server has to tell. Names, comments and commands come from others. */
export const DAEMON_TEXTS: Texts<DaemonMessages> = {
  listening: (address, port) => `listening on ${address} port ${port}`,
  refused: (client, reason) => `${client}: refused, ${REFUSALS[reason]}`,
  unknownKey: (client, user, fingerprint) => `${client}: unknown key ${fingerprint} of user ${visible(user)}`,
  commandRefused: (client, command) => `${client}: refused to run ${visible(command)}`,
  keysUnusable: (problem) => `nobody can log in: ${problem}`,
  connectionProblem: (client, problem) => `${client}: ${visible(problem)}`,
  sessionStarted: (client, user, fingerprint, comment) =>
    `${client}: session of user ${visible(user)} started, key ${fingerprint}${comment ? ` ${visible(comment)}` : ""}`,
  sessionEnded: (client, fingerprint, end, received, sent, time) =>
    `${client}: session ended, ${endText(end)}, key ${fingerprint}, received ${size(received)}, sent ${size(sent)}, ` +
    `${(time / 1000).toFixed(1)} s`,
  stopping: (sessions) => `stopping, ${sessions} connections open`,
};

function endText(end: SessionEnd): string {
  switch (end.kind) {
    case "exit":
      return `status ${end.status}`;
    case "signal":
      return `signal ${end.signal}`;
    case "lost":
      return "connection lost";
    case "idle":
      return "idle for too long";
    case "stopped":
      return "stopped with the server";
  }
}

function size(bytes: number): string {
  return formatSize(bytes, { iec: false });
}

/** As a JSON string, so that nothing in it can pass for a line of ours. */
function visible(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}...` : text);
}
