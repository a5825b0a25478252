/** The debug topic about what the files cache knows of files, and the beginning of the ids of its messages. */
const FILES_CACHE = "files_cache";

/** The debug topic that a message belongs to; undefined for messages that the log level is asked for. */
export function topicOf(message: string): string | undefined {
  return message.startsWith(`${FILES_CACHE}.`) ? FILES_CACHE : undefined;
}
