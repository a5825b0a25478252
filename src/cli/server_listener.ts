import type { Fields, ServerListener, ServerMessage, ServerProgress } from "../repository/remote/server_log.ts";
import type { Context } from "./context.ts";
import type { JsonObject } from "./render/json.ts";

const MARK = "Remote: ";
const TOPIC = "borg.debug.";

/** Shows what a server tells: it speaks for itself, its words are handed on with a mark. */
export class ContextServerListener implements ServerListener {
  constructor(readonly context: Context) {}

  message({ level, logger, text, fields }: ServerMessage): void {
    const { log } = this.context;
    if (logger.startsWith(TOPIC)) log.topic(logger.slice(TOPIC.length), MARK + text);
    else if (!log.options.json || !fields) log.write(level, MARK + text);
    else if (log.isEnabled(level)) log.event(marked(fields));
  }

  progress({ text, fields }: ServerProgress): void {
    const { progress, log } = this.context;
    if (!progress.isEnabled) return;
    if (progress.isJson) log.event(marked(fields));
    else if (text === undefined) progress.clear();
    else progress.show(MARK + text);
  }

  line(text: string): void {
    const { log } = this.context;
    if (log.options.json) log.warning(MARK + text);
    else log.screen.line(MARK + text);
  }

  unknown(type: string): void {
    this.context.log.warning(`The server sent a message of an unknown kind: ${type}`);
  }
}

function marked(fields: Fields): JsonObject {
  const { message } = fields;
  return { ...fields, ...(typeof message === "string" && { message: MARK + message }) } as JsonObject;
}
