import { displayText } from "../../encoding/path.ts";
import type { Context } from "../context.ts";
import { type Level, Log } from "../log.ts";
import { Progress } from "../render/progress.ts";
import { Screen } from "../render/screen.ts";

/**
 * Log lines as they are before a client has told its version, and for clients of 1.0: with level and logger before the
 * text (format reference 10.6).
 */
class MarkedLog extends Log {
  protected override emit(level: Level, name: string, message: string): void {
    for (const line of displayText(message).split("\n")) this.screen.line(marked(level, name, line));
  }
}

/** Statuses are lines of the log like all others. */
class MarkedScreen extends Screen {
  override status(text: string): void {
    this.line(marked("info", "borg.output.progress", text));
  }
}

/** The same context, speaking in marked lines. */
export function speakingMarked(context: Context): Context {
  const { log: { clock, options }, progress, stderr, terminal } = context;
  const log = new MarkedLog(new MarkedScreen(stderr, terminal), clock, { ...options, json: false });
  return { ...context, log, progress: new Progress(log, { ...progress.options, enabled: true }) };
}

/** The same context, speaking in JSON. */
export function speakingJson(context: Context): Context {
  const { log: { clock, options }, progress, stderr, terminal } = context;
  const log = new Log(new Screen(stderr, terminal), clock, { ...options, json: true });
  return { ...context, log, progress: new Progress(log, { ...progress.options, enabled: true }) };
}

function marked(level: Level, name: string, text: string): string {
  return `$LOG ${level.toUpperCase()} ${name} Remote: ${text}`;
}
