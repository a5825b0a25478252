import type { CommonOptions } from "../../src/cli/options/common.ts";

/** The options of a command line without any, with `changes`. */
export function commonOptions(changes: Partial<CommonOptions> = {}): CommonOptions {
  return {
    logLevel: "warning",
    debugTopics: [],
    progress: false,
    iec: false,
    logJson: false,
    lockWait: 1,
    bypassLock: false,
    showVersion: false,
    showRc: false,
    umask: 0o077,
    remotePath: undefined,
    uploadRatelimit: 0,
    downloadRatelimit: 0,
    uploadBuffer: 0,
    considerPartFiles: false,
    debugProfile: undefined,
    rsh: undefined,
    ...changes,
  };
}
