/** What the server is told on its command line. */
export interface ServeOptions {
  /** The program on the other machine, with options of its own perhaps. */
  readonly program: string;
  readonly logLevel: "debug" | "info" | "warning" | "error" | "critical";
  /** Topics of debug output, with or without `borg.debug.`. */
  readonly debugTopics: readonly string[];
}

const TOPIC = "borg.debug.";

/**
 * The words of the command that runs on the other machine (format reference 10.8).
 *
 * @param storageQuota bytes, for a repository that is made by this command
 */
export function serveCommand({ program, logLevel, debugTopics }: ServeOptions, storageQuota?: number): string[] {
  const words = [program, "serve"];
  if (logLevel !== "warning") words.push(`--${logLevel}`);
  for (const topic of debugTopics) {
    if (topic.includes("repository")) words.push(`--debug-topic=${topic.includes(".") ? topic : TOPIC + topic}`);
  }
  if (storageQuota !== undefined && storageQuota > 0) words.push(`--storage-quota=${storageQuota}`);
  return words;
}
