import process from "node:process";
import { SILENT as SILENT_CACHE } from "../../src/cache/listener.ts";
import type { Host } from "../../src/operations/host.ts";
import { SILENT } from "../../src/repository/listener.ts";

/** A machine on which nobody answers, nothing is heard of and no time passes, but for `changes`. */
export function fakeHost(changes: Partial<Host>): Host {
  return {
    env: {},
    cwd: "/",
    identity: { hostId: "test@1", pid: process.pid },
    prompter: {
      askSecret: () => Promise.resolve(undefined),
      confirmDisplay: () => Promise.resolve(false),
      notify: () => {},
    },
    repositoryListener: SILENT,
    cacheListener: SILENT_CACHE,
    remote: {} as Host["remote"],
    confirm: () => Promise.resolve(false),
    now: () => 0n,
    monotonic: () => 0,
    checkAbort: () => {},
    stopSoon: new AbortController().signal,
    ...changes,
  };
}
