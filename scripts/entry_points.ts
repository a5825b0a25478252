/** What is bundled into the executable: the program, and what its threads begin with. */
export const ENTRY_POINTS = ["main.ts", "src/workers/worker.ts", "src/mount/doorbell_thread.ts"] as const;

/** ssh2 does without this. What is left is a path inside the executable, where it is not found, wherever that is run. */
export const NATIVE_ADDON = "*cpufeatures.node";
